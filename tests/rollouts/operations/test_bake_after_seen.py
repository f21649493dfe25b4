"""The next tier builds on what was seen to take effect, not on what was written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.clock import database_now
from rollouts.machine import Mode
from rollouts.models import Promotion, Target
from rollouts.operations.observe_modes import record_observation
from rollouts.queries.step_evidence import step_evidence
from tests.rollouts.operations.reading import heard, written
from tests.rollouts.promoting import PROVEN, approved, ready_tier, requested
from tests.rollouts.stage import stand, target

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

LONG_AGO = timedelta(days=30)


def order_of_production():
    """Return what the gate of production says, where the tier before has been in exec for long."""
    for alias in ("kube-1", "kube-2"):
        stand(target(alias))
    stand(target("kube-3"), **PROVEN)
    step = step_evidence(
        target("kube-3").tier, from_mode=Mode.SHADOW, to_mode=Mode.EXEC, now=database_now()
    )
    (said,) = (one for one in step.judgements if one.gate == "order")
    return str(said.verdict), said.sentence


def seem_to_hold():
    """Let the members of the tier before seem to have been in exec for a month."""
    members = Target.objects.filter(tier__name="test", rollout__key="routesrv")
    members.update(mode_since=database_now() - LONG_AGO, observed_mode="exec")


def failed():
    """Return a promotion of the tier before that was written, and not seen in time."""
    promotion = written(approved(requested(ready_tier())))
    Promotion.objects.update(deadline_at=database_now())
    promotion = heard(promotion, "shadow", times=1)
    assert promotion.state == "failed"
    seem_to_hold()
    return promotion


def test_a_tier_before_that_is_not_seen_yet_leaves_the_order_unknown():
    promotion = written(approved(requested(ready_tier())))
    seem_to_hold()

    assert order_of_production() == (
        "unknown",
        f"{promotion.name} of test is verifying: kube-1 and kube-2 were not seen there yet.",
    )


def test_a_tier_before_whose_promotion_failed_closes_the_order():
    promotion = failed()

    assert order_of_production() == (
        "fail",
        f"{promotion.name} of test ended as failed, and since then nobody has seen kube-1 and"
        " kube-2 in exec.",
    )


def test_what_is_read_back_after_the_failure_opens_the_order_again():
    failed()
    for alias, since in (("kube-1", "fail"), ("kube-2", "pass")):
        now = database_now()
        record_observation(target(alias).pk, mode="exec", problem="", now=now)
        Target.objects.filter(pk=target(alias).pk).update(mode_since=now - LONG_AGO)

        assert order_of_production()[0] == since


def test_a_reading_that_finds_another_mode_after_the_failure_opens_nothing():
    failed()
    for alias in ("kube-1", "kube-2"):
        record_observation(target(alias).pk, mode="shadow", problem="", now=database_now())

    assert order_of_production()[0] == "fail"


def test_a_tier_bakes_from_when_it_was_seen_not_from_when_it_was_written():
    promotion = written(approved(requested(ready_tier())))
    earlier = database_now() - LONG_AGO
    Target.objects.filter(tier=promotion.tier).update(mode_since=earlier)
    Promotion.objects.update(written_at=earlier)

    done = heard(promotion, "exec")

    since = set(Target.objects.filter(tier=promotion.tier).values_list("mode_since", flat=True))
    assert done.state == "done"
    assert since == {done.state_at}
    assert order_of_production() == (
        "fail", "test bakes: it has been in exec for 0 s of 7 d, 7 d to go.",
    )  # fmt: skip


def test_who_was_in_the_mode_before_bakes_on():
    promotion = written(approved(requested(ready_tier())))
    earlier = database_now() - LONG_AGO
    Target.objects.filter(cluster__alias="kube-2").update(mode_since=earlier)

    heard(promotion, "exec")

    assert target("kube-2").mode_since == earlier
