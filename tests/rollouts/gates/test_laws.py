"""What holds of every gate, whatever the facts are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rollouts.gates import GATES
from rollouts.gates.facts import Demand
from tests.rollouts.gates.stage import BAKED, any_facts, any_member, any_tier, facts, member

OF_MEMBERS = ["reachable", "fresh", "clean", "accepted", "soak"]
UNPROVEN = member(
    state="unseen", outcome="", sentence="", is_fresh=False, why_not_fresh="Not looked at yet.",
    clean_seconds=0, clean_looks=0, clean_changes=0,
)  # fmt: skip
each_gate = pytest.mark.parametrize("gate", list(GATES))


@each_gate
@given(given=any_facts)
def test_a_step_that_moves_nobody_never_passes(gate, given):
    said = GATES[gate](replace(given, members=()))

    assert not said.is_open


@each_gate
@given(given=any_facts, more=any_member, place=st.integers(0, 4))
def test_one_more_member_never_opens_a_closed_gate(gate, given, more, place):
    assume(given.members)
    assume(not GATES[gate](given).is_open)
    members = [*given.members[:place], more, *given.members[place:]]

    assert not GATES[gate](replace(given, members=tuple(members))).is_open


@pytest.mark.parametrize("gate", OF_MEMBERS)
@given(given=any_facts, place=st.integers(0, 4))
def test_never_passes_while_one_member_is_unproven(gate, given, place):
    members = [*given.members[:place], UNPROVEN, *given.members[place:]]

    assert not GATES[gate](replace(given, members=tuple(members))).is_open


@given(given=any_facts, place=st.integers(0, 3))
def test_order_never_passes_while_one_tier_before_cannot_be_seen(given, place):
    unseen = replace(BAKED, unseen=("kube-9",))
    earlier = (*given.earlier[:place], unseen, *given.earlier[place:])

    assert not GATES["order"](replace(given, earlier=earlier)).is_open


@given(given=any_facts, more=any_tier, place=st.integers(0, 3))
def test_one_more_tier_before_never_opens_order(given, more, place):
    assume(not GATES["order"](given).is_open)
    earlier = (*given.earlier[:place], more, *given.earlier[place:])

    assert not GATES["order"](replace(given, earlier=earlier)).is_open


@each_gate
@given(given=any_facts, order=st.randoms(use_true_random=False))
def test_the_order_of_the_members_decides_nothing(gate, given, order):
    shuffled = list(given.members)
    order.shuffle(shuffled)

    said = GATES[gate](replace(given, members=tuple(shuffled)))

    assert said.verdict == GATES[gate](given).verdict


@given(
    given=any_facts,
    seconds=st.floats(0, 1e6),
    looks=st.integers(0, 1000),
    changes=st.integers(0, 1000),
)
def test_more_time_looks_and_changes_never_close_the_soak(given, seconds, looks, changes):
    more = tuple(
        replace(
            one,
            clean_seconds=one.clean_seconds + seconds,
            clean_looks=one.clean_looks + looks,
            clean_changes=one.clean_changes + changes,
        )
        for one in given.members
    )
    before, after = GATES["soak"](given), GATES["soak"](replace(given, members=more))

    assert after.is_open or not before.is_open
    assert (after.share or 0) >= (before.share or 0)


@given(
    given=any_facts,
    seconds=st.integers(0, 1_000_000),
    looks=st.integers(0, 1000),
    changes=st.integers(0, 1000),
)
def test_asking_for_more_never_opens_the_soak(given, seconds, looks, changes):
    assume(not GATES["soak"](given).is_open)
    demand = given.demand
    more = Demand(demand.soak_seconds + seconds, demand.looks + looks, demand.changes + changes)

    assert not GATES["soak"](replace(given, demand=more)).is_open


@given(given=any_facts, seconds=st.integers(0, 1_000_000))
def test_a_longer_bake_never_opens_order(given, seconds):
    assume(not GATES["order"](given).is_open)
    earlier = [replace(one, bake_seconds=one.bake_seconds + seconds) for one in given.earlier]

    assert not GATES["order"](replace(given, earlier=tuple(earlier))).is_open


@each_gate
@given(given=any_facts)
def test_every_judgement_is_whole(gate, given):
    said = GATES[gate](given)

    keys = {one.key for one in given.members}
    assert said.gate == gate
    assert said.sentence[0].isalnum()
    assert said.sentence.endswith(".")
    assert "  " not in said.sentence
    assert "{" not in said.sentence
    assert said.share is None or 0.0 <= said.share <= 1.0
    assert set(said.standing_in_way) <= keys
    assert not (said.is_open and said.standing_in_way)


@given(given=any_facts)
def test_the_soak_is_wholly_there_exactly_when_it_passes(given):
    said = GATES["soak"](given)

    assert (said.share == 1.0) == said.is_open


def test_facts_in_which_nothing_is_in_the_way_open_every_gate():
    assert [name for name in GATES if not GATES[name](facts(member())).is_open] == []
