"""What ends a promotion or lets it wait: lost authority, time, a no, a trail that is full."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import SourceState
from ledger.clock import database_now
from rollouts.machine import Mode
from rollouts.models import Grant, Target
from rollouts.operations.decide import PromotionRefused
from rollouts.operations.end_promotion import reject_promotion, withdraw_promotion
from rollouts.operations.start_promotion import start_promotion
from rollouts.operations.sweep_promotions import due_promotions, end_what_is_over
from tests.rollouts.promoting import (
    alice,
    approved,
    bob,
    carol,
    ready_tier,
    requested,
    rolled_back,
    shown_for,
)
from tests.rollouts.stage import differ, stand, target

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def test_a_start_waits_for_what_nobody_can_judge_and_says_so():
    promotion = approved(requested(ready_tier()))
    stand(target("kube-1"), "unreachable")

    assert not start_promotion(promotion.pk, now=database_now())

    promotion.refresh_from_db()
    assert promotion.state == "approved"
    assert promotion.problem.startswith("It waits. reachable is unknown")
    assert due_promotions(now=database_now()) == []
    assert due_promotions(now=database_now() + timedelta(seconds=6)) == [promotion.pk]


@pytest.mark.parametrize("who", ["bob", "alice"])
@pytest.mark.parametrize("how", ["disabled", "role"])
def test_authority_lost_before_the_start_ends_the_promotion(who, how):
    people = {"alice": alice(), "bob": bob()}
    promotion = approved(requested(ready_tier()))
    if how == "disabled":
        people[who].is_active = False
        people[who].save()
    else:
        Grant.objects.filter(user=people[who]).delete()

    assert not start_promotion(promotion.pk, now=database_now())

    promotion.refresh_from_db()
    assert promotion.state == "outdated"
    assert who in promotion.state_reason
    assert set(Target.objects.values_list("generation", flat=True)) == {0}


def test_a_difference_that_came_after_the_approval_ends_the_promotion_at_its_start():
    promotion = approved(requested(ready_tier()))
    differ(target("kube-2"), "late_route")

    assert not start_promotion(promotion.pk, now=database_now())

    promotion.refresh_from_db()
    assert promotion.state == "outdated"


def test_what_got_better_takes_nothing_away():
    tier = ready_tier()
    promotion = requested(tier)
    promotion = approved(promotion)

    stand(target("kube-2"), clean_seconds=90_000.0, clean_looks=900)

    assert start_promotion(promotion.pk, now=database_now())


def test_the_sweep_ends_what_got_worse_or_expired_while_people_waited():
    worse_one = requested(ready_tier())
    differ(target("kube-1"), "new_route")

    assert end_what_is_over(now=database_now()) == [worse_one.pk]
    assert end_what_is_over(now=database_now()) == []

    worse_one.refresh_from_db()
    assert worse_one.state == "outdated"


def test_an_approval_after_the_expiry_is_refused_and_the_promotion_expires():
    promotion = requested(ready_tier())
    shown = shown_for(promotion)
    late = promotion.expires_at + timedelta(seconds=1)
    SourceState.objects.update(last_proof_at=late, last_look_at=late)

    assert end_what_is_over(now=late) == [promotion.pk]

    promotion.refresh_from_db()
    assert promotion.state == "expired"
    with pytest.raises(PromotionRefused, match="already expired"):
        approved(promotion, shown=shown)


def test_a_rollback_does_not_expire():
    tier = ready_tier()
    Target.objects.filter(tier=tier).update(mode=Mode.EXEC)
    back = rolled_back(tier)

    assert end_what_is_over(now=back.expires_at + timedelta(days=9)) == []


def test_one_no_with_a_reason_ends_it_and_only_the_asker_withdraws():
    tier = ready_tier()
    promotion = requested(tier)
    with pytest.raises(PromotionRefused, match="Give a reason"):
        reject_promotion(promotion, reason=" ", actor=bob(), now=database_now())
    with pytest.raises(PromotionRefused, match="alice, who asked, and operators"):
        withdraw_promotion(promotion, reason="", actor=carol(), now=database_now())

    reject_promotion(promotion, reason="not on a Friday", actor=bob(), now=database_now())
    again = requested(tier)
    withdraw_promotion(again, reason="", actor=alice(), now=database_now())

    promotion.refresh_from_db()
    again.refresh_from_db()
    assert (promotion.state, promotion.state_reason, again.state) == (
        "rejected", "not on a Friday", "withdrawn",
    )  # fmt: skip


@pytest.mark.parametrize(("end", "who"), [(reject_promotion, bob), (withdraw_promotion, alice)])
def test_nobody_takes_a_way_back_away(end, who):
    tier = ready_tier()
    Target.objects.filter(tier=tier).update(mode=Mode.EXEC)
    back = rolled_back(tier)

    with pytest.raises(PromotionRefused, match="A rollback is neither rejected nor withdrawn"):
        end(back, reason="I would rather keep it", actor=who(), now=database_now())

    back.refresh_from_db()
    assert back.state == "approved"
