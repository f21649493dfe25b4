"""Facts for gates: one target that is proven in every way, and what a test makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from diffs.outcomes import Outcome
from rollouts.gates import GATES
from rollouts.gates.facts import Demand, EarlierTier, Facts, MemberFacts, OpenPromotion, UnseenMove
from rollouts.queries.target_state import STATES
from tests.factories import NOW

HOUR, DAY = 3600, 86_400
SOON = NOW + timedelta(seconds=40)

PROVEN = MemberFacts(
    key="aws:1:eu:kube-1",
    name="kube-1",
    state="clean",
    outcome="equal",
    sentence="Both sides say the same about all 120 routes.",
    is_fresh=True,
    why_not_fresh="",
    is_soaking=True,
    clean_seconds=2 * HOUR,
    clean_looks=120,
    clean_changes=400,
    differences=0,
    next_look_at=SOON,
)
BAKED = EarlierTier(
    name="test", targets=2, in_mode=2, held_seconds=8 * DAY, bake_seconds=7 * DAY, failing=(),
    unseen=(),
)  # fmt: skip
VERIFYING = UnseenMove("P-6", "verifying", is_open=True, targets=("kube-8",))
FAILED = UnseenMove("P-6", "failed", is_open=False, targets=("kube-8", "kube-9"))
ANOTHER = OpenPromotion("P-7", "infra from shadow to exec and is pending")
DEMAND = Demand(soak_seconds=HOUR, looks=60, changes=300)

ALL_STATES = sorted({*STATES.values(), "unseen", "blind", "follows"})


def member(number: int = 1, **changed: Any) -> MemberFacts:
    """Return a proven member, kube-NUMBER, changed where a test says so."""
    named = replace(PROVEN, key=f"aws:1:eu:kube-{number}", name=f"kube-{number}")
    return replace(named, **changed)


UNPROVEN = member(
    state="unseen", outcome="", sentence="", is_fresh=False, why_not_fresh="Not looked at yet.",
    clean_seconds=0, clean_looks=0, clean_changes=0,
)  # fmt: skip
"""A target of which nothing is known yet."""


def members(count: int) -> list[MemberFacts]:
    """Return so many proven members, kube-1 first."""
    return [member(number) for number in range(1, count + 1)]


def facts(*given: MemberFacts, **changed: Any) -> Facts:
    """Return the facts of a step from shadow to exec in which nothing is in the way."""
    step = Facts(
        from_mode="shadow", to_mode="exec", members=given, demand=DEMAND, earlier=(BAKED,),
        open_promotions=(), untrusted="", is_watched=True,
    )  # fmt: skip
    return replace(step, **changed)


def says(gate: str, given: Facts) -> tuple[str, str]:
    """Return a gate's verdict and its sentence."""
    said = GATES[gate](given)
    assert said.gate == gate
    return said.verdict, said.sentence


spans = st.floats(0, 10 * DAY)
counts = st.integers(0, 500)
any_member = st.builds(
    MemberFacts,
    key=st.uuids().map(str),
    name=st.sampled_from(["kube-1", "kube-2", "kube-3"]),
    state=st.sampled_from(ALL_STATES) | st.just("clean"),
    outcome=st.sampled_from(["", *map(str, Outcome)]) | st.just("equal"),
    sentence=st.sampled_from(["", "Why it is so."]),
    is_fresh=st.booleans() | st.just(True),
    why_not_fresh=st.sampled_from(["", "Nothing was proven yet."]),
    is_soaking=st.booleans() | st.just(True),
    clean_seconds=spans,
    clean_looks=counts,
    clean_changes=counts,
    differences=st.sampled_from([0, 0, 0, 1]),
    next_look_at=st.sampled_from([None, NOW, SOON]),
)
any_tier = st.builds(
    EarlierTier,
    name=st.just("test"),
    targets=st.integers(0, 3),
    in_mode=st.integers(0, 3),
    held_seconds=st.none() | st.floats(-DAY, 10 * DAY),
    bake_seconds=st.integers(0, 10 * DAY),
    failing=st.sampled_from([(), (), ("kube-8",)]),
    unseen=st.sampled_from([(), (), ("kube-9",)]),
    move=st.sampled_from([None, None, VERIFYING, FAILED]),
    set_aside=st.sampled_from([(), (), ("aws:1:eu:kube-7",)]),
)
any_demand = st.builds(Demand, soak_seconds=st.integers(0, 10 * DAY), looks=counts, changes=counts)
any_facts = st.builds(
    Facts,
    from_mode=st.sampled_from(["off", "shadow"]),
    to_mode=st.just("exec"),
    members=st.lists(any_member, max_size=4).map(tuple),
    demand=any_demand | st.just(Demand(0, 0, 0)),
    earlier=st.lists(any_tier | st.just(BAKED), max_size=3).map(tuple),
    open_promotions=st.sampled_from([(), (), (ANOTHER,)]),
    untrusted=st.sampled_from(["", "", "The self-test failed."]),
    is_watched=st.sampled_from([True, True, False]),
)
