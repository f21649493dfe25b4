"""The facts of a step from rows: members, the tiers before, and what else is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from diffs.models import SelfTest, Source
from diffs.outcomes import UNTESTED
from diffs.versions import BUILD
from ledger.clock import database_now
from rollouts.machine import Mode
from rollouts.models import Tier
from rollouts.queries.step_facts import member_facts
from tests.rollouts.queries.steps import (
    DAY,
    SOAKED,
    open_promotion,
    put,
    sentence,
    set_scene,
    tier,
    to_exec,
    verdicts,
)
from tests.rollouts.stage import stand, target

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture(autouse=True)
def _scene():
    """Everything is proven."""
    set_scene()


def test_a_member_carries_what_its_source_has_proven():
    (member,) = to_exec().facts.members

    assert (member.key, member.name, member.state) == ("aws:1:eu:kube-3", "kube-3", "clean")
    assert (member.clean_seconds, member.clean_looks, member.clean_changes) == (7200.0, 120, 7)
    assert (member.outcome, member.is_fresh, member.is_soaking) == ("equal", True, True)
    assert member.sentence == "The last look: equal."


def test_the_demand_is_the_tiers_policy():
    demand = to_exec().facts.demand

    assert (demand.soak_seconds, demand.looks, demand.changes) == (3600, 10, 0)


def test_a_policy_that_is_silent_asks_for_what_a_fleet_file_would():
    Tier.objects.update(policy={})

    facts = to_exec().facts

    assert (facts.demand.soak_seconds, facts.demand.looks) == (3 * DAY, 1000)
    assert facts.earlier[0].bake_seconds == 7 * DAY


def test_a_proof_older_than_three_intervals_is_not_fresh():
    old = database_now() - timedelta(seconds=181)
    stand(target("kube-3"), last_look_at=old, last_proof_at=old, **SOAKED)

    step = to_exec()

    assert verdicts(step)["fresh"] == verdicts(step)["clean"] == "unknown"
    assert sentence(step, "fresh") == (
        "kube-3 has no fresh proof. The last proof is older than 3 intervals of 60 s."
    )


def test_a_target_that_nobody_looked_at_passes_no_gate_of_its_own():
    stand(target("kube-3"), "", settled="", last_look_at=None, last_proof_at=None)

    step = to_exec()

    open_gates = {gate for gate, verdict in verdicts(step).items() if verdict == "pass"}
    assert open_gates == {"order", "alone"}


def test_a_look_that_began_before_a_mode_change_proves_nothing():
    Source.objects.filter(pk=target("kube-3").source_id).update(epoch=9)

    step = to_exec()

    said, (member,) = verdicts(step), step.facts.members
    assert [said[gate] for gate in ("reachable", "fresh", "clean", "accepted")] == ["unknown"] * 4
    assert said["soak"] == "fail"
    assert (member.clean_seconds, member.clean_looks, member.clean_changes) == (0, 0, 0)


def test_a_difference_seen_once_is_neither_clean_nor_a_fact_against_the_step():
    stand(target("kube-3"), "unconfirmed", settled="equal", sentence="Seen once: 1 of 120 routes.",
          **SOAKED)  # fmt: skip

    step = to_exec()

    assert verdicts(step)["clean"] == "unknown"
    assert sentence(step, "clean") == "kube-3 is not known to be clean. Seen once: 1 of 120 routes."


def test_once_no_look_comes_the_last_proof_holds_for_three_intervals_and_nothing_fails():
    step = to_exec(now=database_now() + timedelta(seconds=170), is_watched=True)
    assert step.is_open

    step = to_exec(now=database_now() + timedelta(seconds=181), is_watched=True)
    said = verdicts(step)
    assert [said[gate] for gate in ("fresh", "clean", "order")] == ["unknown"] * 3
    assert "fail" not in said.values()


def test_a_row_that_a_dead_collector_overrides_is_not_fresh():
    (row,) = to_exec().members
    blind = replace(row, state="blind", was="clean")

    (member,) = member_facts([blind], Mode.SHADOW, database_now())

    assert (member.is_fresh, member.why_not_fresh) == (False, "Nobody looks at present.")


def test_a_member_that_is_read_back_in_another_mode_keeps_the_step_shut():
    put(target("kube-3"), observed_mode=Mode.EXEC)

    step = to_exec()

    assert verdicts(step)["fresh"] == "unknown"
    assert sentence(step, "fresh") == (
        "kube-3 has no fresh proof. Its mode is shadow here, but exec is read back."
    )


def test_a_failed_self_test_of_this_build_fails_what_is_clean():
    SelfTest.objects.filter(build=BUILD).update(failure="It missed a changed filter.")

    assert verdicts(to_exec())["clean"] == "fail"
    assert sentence(to_exec(), "clean") == "It missed a changed filter."


def test_a_build_that_was_never_tested_calls_nothing_clean():
    SelfTest.objects.filter(build=BUILD).update(build=f"{BUILD} before")

    assert verdicts(to_exec())["clean"] == "unknown"
    assert sentence(to_exec(), "clean") == UNTESTED


def test_a_failed_self_test_of_another_build_is_not_this_ones():
    SelfTest.objects.create(build=f"{BUILD} before", at=database_now(), failure="It missed one.")

    assert verdicts(to_exec())["clean"] == "pass"


def test_an_open_promotion_of_the_tier_is_told_but_never_the_one_that_is_judged():
    promotion = open_promotion(tier(), target("kube-3"))

    assert sentence(to_exec(), "alone") == (
        f"{promotion.name} is open on these targets. "
        f"{promotion.name} moves production from shadow to exec and is waiting for approval."
    )
    assert verdicts(to_exec(but_not=promotion.pk))["alone"] == "pass"


def test_an_open_promotion_of_another_tier_on_the_same_target_is_told_once():
    promotion = open_promotion(tier("test"), target("kube-1"), target("kube-3"))

    assert [one.name for one in to_exec().facts.open_promotions] == [promotion.name]


def test_a_promotion_is_told_once_however_many_of_the_targets_it_moves():
    both = target("kube-1"), target("kube-2")
    for one in both:
        put(one, mode=Mode.SHADOW, observed_mode=Mode.SHADOW)
    promotion = open_promotion(tier("test"), *both)

    assert [one.name for one in to_exec("test").facts.open_promotions] == [promotion.name]


def test_an_open_promotion_of_another_tier_on_other_targets_is_not_in_the_way():
    open_promotion(tier("test"), target("kube-1"))

    assert verdicts(to_exec())["alone"] == "pass"


@pytest.mark.parametrize("state", ["done", "rejected", "superseded", "failed", "outdated"])
def test_a_promotion_that_has_ended_is_not_in_the_way(state):
    open_promotion(tier(), target("kube-3"), state=state)

    assert verdicts(to_exec())["alone"] == "pass"


@pytest.mark.parametrize(
    "state", ["pending", "approved", "scheduled", "applying", "paused", "verifying"]
)
def test_a_promotion_in_every_open_state_is_in_the_way(state):
    open_promotion(tier(), state=state)

    assert verdicts(to_exec())["alone"] == "fail"
