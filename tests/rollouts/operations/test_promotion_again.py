"""What comes again: forms, clicks, quorums that are met once more, a busy database."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, OperationalError

from ledger.clock import database_now
from ledger.models import Outbox
from rollouts.evidence.narrowed import narrowed
from rollouts.machine import Mode
from rollouts.models import Approval, Grant, Promotion
from rollouts.operations import decide as decide_module
from rollouts.operations.approve_promotion import approve_promotion
from rollouts.operations.decide import PromotionRefused
from rollouts.operations.sweep_promotions import due_promotions, end_what_is_over
from rollouts.permissions.roles import Role
from tests.rollouts.promoting import (
    alice,
    approved,
    bob,
    carol,
    evidence_of,
    ready_tier,
    requested,
    rolled_back,
    shown_for,
)
from tests.rollouts.stage import person, target

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


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
