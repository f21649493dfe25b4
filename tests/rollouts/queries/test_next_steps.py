"""The next step of each tier as the overview says it: the same gates, in one line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ledger.clock import database_now
from rollouts.models import Rollout, Target, Tier
from rollouts.queries.approvers import Person, approvers
from rollouts.queries.fleet import FleetTier, load_fleet
from rollouts.queries.open_promotions import either
from rollouts.queries.step_evidence import step_evidence
from tests.factories import RolloutFactory
from tests.rollouts.promoting import alice, approved, bob, carol, ready_tier, requested, rolled_back
from tests.rollouts.queries.steps import SOAKED, put, set_scene, tier
from tests.rollouts.stage import collector_beats, load, person, stand, target

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def next_of(name: str, rollout: str = "routesrv") -> FleetTier:
    """Return a tier of the fleet with its next step."""
    fleet = load_fleet(now=database_now(), is_watched=True)
    return next(one for one in fleet.tiers if (one.rollout.key, one.tier.name) == (rollout, name))


def said(name: str) -> tuple[str, str]:
    step = next_of(name).step
    return step.state, step.words


def test_a_tier_whose_gates_are_open_is_ready():
    set_scene()

    assert said("production") == ("ready", "ready: ask for exec")
    assert next_of("production").step.url == "/rollouts/routesrv/production/#next-step"


def test_a_tier_that_lacks_time_says_how_much():
    set_scene()
    stand(target("kube-3"), **{**SOAKED, "clean_seconds": 900.0})

    assert said("production") == ("soaking", "soak 25 %, 45 min to go")


def test_looks_that_are_missing_take_their_time_too():
    set_scene()
    stand(target("kube-3"), **{**SOAKED, "clean_looks": 4})

    assert said("production") == ("soaking", "soak 40 %, 6 min to go")


def test_nobody_knows_when_changes_come():
    set_scene()
    Tier.objects.update(policy={**tier().policy, "changes": 100})

    step = next_of("production").step
    assert (step.state, step.words, step.seconds_left) == ("soaking", "soak 7 %", None)


def test_a_tier_waits_for_the_bake_of_the_one_before():
    set_scene()
    put(target("kube-1"), mode_since=database_now() - timedelta(days=3.5))

    assert said("production")[0] == "soaking"
    assert said("production")[1].startswith("test bakes, 50 %, 3 d 1")
    assert said("test")[1].endswith("more")


def test_a_tier_comes_after_the_one_before():
    set_scene()
    put(target("kube-1"), mode="shadow", observed_mode="")

    assert said("production") == ("queued", "after test")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("different", "blocked: kube-3 differs"),
        ("refused", "blocked: kube-3 is refused"),
        ("unreachable", "blocked: kube-3 is unreachable"),
    ],
)
def test_a_tier_that_is_blocked_says_by_whom(outcome, words):
    set_scene()
    stand(target("kube-3"), outcome, differences=1, **SOAKED)

    assert said("production") == ("blocked", words)


def test_a_target_that_is_read_back_in_another_mode_blocks_although_it_is_clean():
    set_scene()
    put(target("kube-3"), observed_mode="exec")

    step = next_of("production").step

    page = step_evidence(tier(), from_mode="shadow", to_mode="exec", now=database_now())
    assert step.state == "blocked"
    assert "fresh" in step.closed
    assert step.closed == tuple(one.gate for one in page.closed)


def test_a_tier_in_exec_bakes_and_has_baked():
    set_scene()

    assert said("test") == ("baked", "in exec, baked")


def test_a_tier_whose_mode_nobody_knows_is_blocked():
    set_scene()
    put(target("kube-3"), mode="unknown")

    assert said("production") == ("blocked", "its mode is unknown")


def test_a_tier_in_off_asks_for_shadow():
    set_scene()
    Target.objects.filter(pk=target("kube-3").pk).update(mode="off", observed_mode="")
    stand(target("kube-3"), "not_compared")

    assert said("production") == ("ready", "ready: ask for shadow")


def test_an_open_promotion_says_whom_it_waits_for_and_how_far_it_is():
    ready = ready_tier()
    collector_beats()
    bob(), carol()
    one = requested(ready)

    assert said("test") == ("waiting", f"{one.name} waits for bob or carol")
    approved(one)
    assert said("test") == ("promoting", f"{one.name} waits for a worker")
    Target.objects.filter(tier=ready).update(mode="exec")
    back = rolled_back(ready)
    assert said("test") == ("rolling_back", f"{back.name} waits for a worker")


SCENES = {
    "all is proven": {},
    "a difference": {"outcome": "different"},
    "a moment of doubt": {"outcome": "moved"},
    "no look": {"outcome": ""},
    "too little time": {"clean_seconds": 5.0},
    "an old proof": {"last_proof_at": datetime(2020, 1, 1, tzinfo=UTC)},
}


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("mode", ["off", "shadow"])
def test_the_overview_closes_the_gates_that_the_tiers_page_closes(scene, mode):
    set_scene()
    stand(target("kube-3"), **{**SOAKED, **SCENES[scene]})
    put(target("kube-3"), mode=mode)

    step = next_of("production").step

    page = step_evidence(
        tier(), from_mode=mode, to_mode="exec" if mode == "shadow" else "shadow",
        now=database_now(),
    )  # fmt: skip
    assert step.closed == tuple(one.gate for one in page.closed)


def test_a_rollout_without_tiers_and_a_tier_without_targets_are_there_too():
    load()
    empty = RolloutFactory.create(key="empty")
    Tier.objects.create(rollout=Rollout.objects.get(key="routesrv"), name="later", rank=9)

    fleet = load_fleet(now=database_now(), is_watched=True)

    tiers = {rollout.key: [one.tier.name for one in tiers] for rollout, tiers in fleet.rollouts}
    assert tiers == {
        "routesrv": ["test", "production", "later"], "cache": ["test"], empty.key: [],
    }  # fmt: skip
    assert next_of("later").step.words == ""


def test_tiers_and_rollouts_that_were_removed_are_gone():
    load()
    now = database_now()
    Rollout.objects.filter(key="cache").update(removed_at=now)
    Tier.objects.filter(name="production").update(removed_at=now)

    fleet = load_fleet(now=now, is_watched=True)

    assert [(one.rollout.key, one.tier.name) for one in fleet.tiers] == [("routesrv", "test")]


def people(*names: str) -> list[Person]:
    return [Person(number, name, frozenset()) for number, name in enumerate(names)]


@pytest.mark.parametrize(
    ("could", "missing", "words"),
    [
        (("bob",), {"": 1}, "bob"),
        (("bob", "carol"), {"": 1}, "bob or carol"),
        (("bob", "carol"), {"": 2}, "bob and carol"),
        (("bob", "carol", "erin"), {"": 2}, "2 of bob, carol and erin"),
        (tuple("abcdefg"), {"": 1}, "a, b, c, d or 3 more"),
        (("bob",), {"": 2}, "2 approvers, of whom only bob could"),
        ((), {"": 1}, "somebody who may approve in test: nobody is left who could"),
    ],
)
def test_whom_a_promotion_waits_for_in_words(could, missing, words):
    assert either(people(*could), missing, Tier(name="test")) == words


def test_approvers_are_those_whose_grant_reaches_the_tier():
    load()
    alice(), bob()
    person("tess", "approver", rollout="routesrv", tier="test")
    person("rory", "approver", rollout="routesrv")
    person("cleo", "approver", rollout="cache")
    gone = person("gina", "approver")
    gone.is_active = False
    gone.save()

    names = [one.name for one in approvers().of(tier("test"))]

    assert names == ["bob", "rory", "tess"]
    assert [one.name for one in approvers().of(tier("production"))] == ["bob", "rory"]
