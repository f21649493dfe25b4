"""The facts of the tiers before a step: who is in the mode, since when, and whether all is well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.clock import database_now
from rollouts.evidence import worse
from rollouts.machine import Mode
from rollouts.models import Tier
from tests.rollouts.queries.steps import (
    DAY,
    put,
    sentence,
    set_scene,
    to_exec,
    verdicts,
)
from tests.rollouts.stage import FLEET, changed, load, stand, target

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

READ_BACK = {"address": "http://127.0.0.1:9/mode", "pointer": "/mode", "credential": None}


@pytest.fixture(autouse=True)
def _scene():
    """Everything is proven."""
    set_scene()


def earlier():
    """Return what the gates know of the tier test."""
    (before,) = to_exec().facts.earlier
    return before


def test_a_tier_before_holds_the_mode_since_its_last_target_came_into_it():
    put(target("kube-2"), mode_since=database_now() - timedelta(days=1))

    before = earlier()

    assert (before.name, before.targets, before.in_mode) == ("test", 2, 2)
    assert before.held_seconds == pytest.approx(DAY, abs=60)
    assert before.bake_seconds == 7 * DAY
    assert verdicts(to_exec())["order"] == "fail"


def test_a_tier_before_of_which_one_target_is_elsewhere_is_not_there():
    put(target("kube-2"), mode=Mode.SHADOW)

    before = earlier()

    assert (before.targets, before.in_mode, before.held_seconds) == (2, 1, None)
    assert sentence(to_exec(), "order") == (
        "test comes first, and only 1 of its 2 targets is in exec."
    )


def test_a_target_set_aside_in_a_tier_before_holds_up_nobody():
    put(target("kube-2"), mode=Mode.OFF, set_aside_until=database_now() + timedelta(days=1))

    before = earlier()

    assert (before.targets, before.in_mode) == (1, 1)
    assert verdicts(to_exec())["order"] == "pass"


def test_a_target_in_a_tier_before_counts_again_once_its_time_aside_is_over():
    put(target("kube-2"), mode=Mode.OFF, set_aside_until=database_now() - timedelta(seconds=1))

    assert verdicts(to_exec())["order"] == "fail"


def test_a_tier_before_that_is_wholly_set_aside_is_not_passed_over():
    later = database_now() + timedelta(days=1)
    for alias in ("kube-1", "kube-2"):
        put(target(alias), mode=Mode.SHADOW, set_aside_until=later)

    assert verdicts(to_exec())["order"] == "unknown"
    assert sentence(to_exec(), "order") == (
        "test comes first, and all of its 2 targets are set aside, so that nobody can tell how it"
        " does in exec."
    )


def test_who_is_set_aside_in_a_tier_before_is_told_and_part_of_the_evidence():
    then = to_exec().document
    put(target("kube-2"), set_aside_until=database_now() + timedelta(days=1))

    now = to_exec()

    assert sentence(now, "order").endswith("has baked. 1 target is set aside and not counted.")
    assert now.document["set_aside"] == {"test": ["aws:1:eu:kube-2"]}
    assert [one.sentence for one in worse(then, now.document)] == [
        "aws:1:eu:kube-2 of test, which comes first, was set aside."
    ]
    assert worse(now.document, then) == ()


def test_a_mode_read_back_that_contradicts_a_tier_before_closes_the_order():
    put(target("kube-2"), observed_mode=Mode.SHADOW)

    assert earlier().in_mode == 1
    assert verdicts(to_exec())["order"] == "fail"


def test_a_tier_before_that_is_never_read_back_is_believed():
    put(target("kube-2"), observed_mode="", read_back=None)

    assert verdicts(to_exec())["order"] == "pass"


@pytest.mark.parametrize(
    "columns", [{"observed_mode": ""}, {"observe_problem": "Connection refused."}]
)
def test_a_tier_before_that_should_be_read_back_and_is_not_is_unknown(columns):
    put(target("kube-2"), read_back=READ_BACK, **columns)

    assert earlier().unseen == ("kube-2",)
    assert sentence(to_exec(), "order") == (
        "test is in exec, but nobody can tell whether kube-2 is well there."
    )


@pytest.mark.parametrize("outcome", ["different", "refused", "suspect", "unstable", "untrusted"])
def test_a_target_that_is_not_well_in_a_tier_before_fails_the_order(outcome):
    stand(target("kube-2"), outcome)

    assert earlier().failing == ("kube-2",)
    assert verdicts(to_exec())["order"] == "fail"


@pytest.mark.parametrize(
    "outcome", ["unreachable", "not_ready", "stale_source", "not_a_table", "not_compared", ""]
)
def test_a_target_that_nobody_can_judge_in_a_tier_before_leaves_the_order_unknown(outcome):
    stand(target("kube-2"), outcome)

    assert earlier().unseen == ("kube-2",)
    assert verdicts(to_exec())["order"] == "unknown"


def test_tiers_after_and_tiers_of_other_rollouts_are_not_before():
    assert to_exec("test").facts.earlier == ()
    assert [one.name for one in to_exec().facts.earlier] == ["test"]


def test_the_tiers_before_come_in_their_order_and_a_removed_one_not_at_all():
    tiers = "tiers:\n      - {name: playground, mode: exec, targets: []}\n      - name: test"
    load(changed("tiers:\n      - name: test", tiers, FLEET))
    assert [one.name for one in to_exec().facts.earlier] == ["playground", "test"]

    Tier.objects.filter(name="playground").update(removed_at=database_now())
    assert [one.name for one in to_exec().facts.earlier] == ["test"]
