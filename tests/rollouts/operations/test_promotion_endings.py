"""What ends a promotion or lets it wait: lost authority, time, a no, a trail that is full."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, OperationalError

from diffs.models import SourceState
from ledger.clock import database_now
from ledger.models import Outbox
from rollouts.evidence.narrowed import narrowed
from rollouts.machine import Mode
from rollouts.models import Approval, Grant, Promotion, Target
from rollouts.operations import decide as decide_module
from rollouts.operations.approve_promotion import approve_promotion
from rollouts.operations.decide import PromotionRefused
from rollouts.operations.end_promotion import reject_promotion, withdraw_promotion
from rollouts.operations.start_promotion import start_promotion
from rollouts.operations.sweep_promotions import due_promotions, end_what_is_over
from rollouts.permissions.roles import Role
from rollouts.queries.promotion_evidence import evidence_now
from tests.rollouts.promoting import (
    alice,
    approved,
    bob,
    carol,
    evidence_of,
    ready_tier,
    requested,
    rolled_back,
)
from tests.rollouts.stage import differ, person, stand, target

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def shown_for(promotion):
    """Return the evidence of a promotion as its page shows it now."""
    return evidence_now(promotion, now=database_now()).document


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


def test_a_form_of_somebody_else_opens_nothing():
    tier = ready_tier()
    requested(tier, request_key="one form")

    with pytest.raises(PromotionRefused, match="used for another request"):
        requested(tier, actor=bob(), request_key="one form")


@pytest.mark.parametrize("other", ["named", "reason"])
def test_a_form_that_comes_again_with_another_content_is_refused(other):
    tier = ready_tier()
    one, another = target("kube-1"), target("kube-2")
    seen = evidence_of(tier)
    first = requested(tier, request_key="one form", named=[one.pk], shown=narrowed(seen, {one.key}))
    changed = {
        "named": {"named": [another.pk], "shown": narrowed(seen, {another.key})},
        "reason": {"reason": "another thing altogether"},
    }
    same = {"request_key": "one form", "named": [one.pk], "shown": narrowed(seen, {one.key})}

    with pytest.raises(PromotionRefused, match="used for another request"):
        requested(tier, **{**same, **changed[other]})

    assert requested(tier, **same) == first


def test_a_form_for_all_targets_comes_again_as_itself_and_not_as_a_choice():
    tier = ready_tier()
    one = target("kube-1")
    seen = evidence_of(tier)
    first = requested(tier, request_key="one form", shown=seen)

    with pytest.raises(PromotionRefused, match="used for another request"):
        requested(tier, request_key="one form", named=[one.pk], shown=narrowed(seen, {one.key}))

    assert requested(tier, request_key="one form", shown=seen) == first


def test_a_quorum_by_groups_waits_for_each_of_them():
    tier = ready_tier()
    tier.policy = {**tier.policy, "quorum": {"platform": 1, "sre": 1}}
    tier.save()
    platform, sre = Group.objects.create(name="platform"), Group.objects.create(name="sre")
    bob().groups.add(platform)
    carol().groups.add(platform)
    erin = person("erin", Role.APPROVER)
    erin.groups.add(sre)
    promotion = requested(tier)

    assert approved(promotion, actor=bob()).state == "pending"
    assert approved(promotion, actor=carol()).state == "pending"
    assert approved(promotion, actor=erin).state == "approved"


@pytest.fixture
def nearly_approved():
    """A promotion of quorum 2: Bob approved and lost his role, Carol approved, Bob has it back."""
    tier = ready_tier("kube-3")
    promotion = requested(tier)
    approved(promotion, actor=bob())
    Grant.objects.filter(user__username="bob").delete()
    assert approved(promotion, actor=carol()).state == "pending"
    bob()
    return promotion


def test_the_sweep_hands_on_what_has_its_quorum_since_a_role_came_back(nearly_approved):
    assert end_what_is_over(now=database_now()) == []

    nearly_approved.refresh_from_db()
    assert nearly_approved.state == "approved"
    assert due_promotions(now=database_now()) == [nearly_approved.pk]


def test_a_click_that_comes_again_hands_on_what_has_its_quorum_since(nearly_approved):
    assert approved(nearly_approved, actor=bob()).state == "approved"
    assert nearly_approved.approvals.count() == 2


def test_a_quorum_that_is_met_again_after_the_expiry_releases_nothing(nearly_approved):
    shown = shown_for(nearly_approved)

    late = approve_promotion(
        nearly_approved, shown=shown, actor=bob(), now=nearly_approved.expires_at
    )

    assert late.state == "pending"


def test_where_the_trail_cannot_be_written_nothing_changes(monkeypatch):
    tier = ready_tier()
    promotion = requested(tier)
    shown, people = shown_for(promotion), (alice(), bob())
    told = Outbox.objects.count()

    def broken(*_: object, **__: object) -> None:
        raise DatabaseError("the trail is full")

    monkeypatch.setattr("ledger.audit.AuditRecord.save", broken)

    with pytest.raises(DatabaseError):
        approved(promotion, actor=people[1], shown=shown)
    with pytest.raises(DatabaseError):
        rolled_back(tier, Mode.OFF, actor=people[0])

    promotion.refresh_from_db()
    assert promotion.state == "pending"
    assert not Approval.objects.exists()
    assert (Promotion.objects.count(), Outbox.objects.count()) == (1, told)


def test_a_deadlock_is_tried_again_and_then_told_as_busy():
    tries = []

    def once() -> None:
        tries.append(1)
        error = OperationalError("deadlock detected")
        error.__cause__ = type("Deadlock", (Exception,), {"sqlstate": "40P01"})()
        raise error

    with pytest.raises(decide_module.Busy):
        decide_module.patiently(once)

    assert len(tries) == 3
