"""What a promotion is refused, ended or put off for, and that the trail keeps each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import SourceState
from ledger.clock import database_now
from ledger.models import AuditRecord
from rollouts.machine import Mode
from rollouts.models import Approval, Promotion, Target
from rollouts.operations.decide import PromotionRefused
from rollouts.permissions.roles import Role
from tests.rollouts.promoting import (
    approved,
    bob,
    dave,
    evidence_of,
    ready_tier,
    requested,
    shown_for,
)
from tests.rollouts.stage import differ, person, stand, target

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def refusals():
    """Return what was refused, by action."""
    rows = AuditRecord.objects.filter(action__endswith="_refused")
    return [(row.action, row.actor, row.reason) for row in rows]


def test_nobody_without_a_role_asks_and_the_trail_says_so():
    tier = ready_tier()

    with pytest.raises(PromotionRefused, match="Requesters and approvers of test may ask for it"):
        requested(tier, actor=dave())

    assert not Promotion.objects.exists()
    sentence = "Requesters and approvers of test may ask for it. An operator gives the role."
    assert refusals() == [("promotion_request_refused", "dave", sentence)]


def test_nobody_approves_their_own_request():
    promotion = requested(ready_tier(), actor=bob())

    with pytest.raises(PromotionRefused, match="somebody else has to approve"):
        approved(promotion, actor=bob())

    assert not Approval.objects.exists()


def test_a_requester_is_no_approver():
    promotion = requested(ready_tier())

    with pytest.raises(PromotionRefused, match="Approvers of test may approve it"):
        approved(promotion, actor=person("erin", Role.REQUESTER))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"outcome": "different", "settled": "different"}, "clean is fail"),
        ({"outcome": "refused", "settled": "refused"}, "accepted is fail"),
        ({"outcome": "unreachable", "settled": "unreachable"}, "reachable is unknown"),
        ({"clean_seconds": 60.0}, "soak is fail"),
        ({"clean_looks": 3}, "soak is fail"),
        ({"last_proof_at": None}, "fresh is unknown"),
    ],
)
def test_a_closed_gate_refuses_the_request_with_its_sentence(fields, sentence):
    tier = ready_tier()
    SourceState.objects.filter(source__target__cluster__alias="kube-2").update(**fields)

    with pytest.raises(PromotionRefused, match=sentence):
        requested(tier)

    assert not Promotion.objects.exists()


def test_a_request_on_evidence_that_got_worse_since_it_was_shown_is_refused_with_what_changed():
    tier = ready_tier()
    shown = evidence_of(tier)
    differ(target("kube-1"), "new_route")

    with pytest.raises(PromotionRefused, match="got worse since you opened the page") as refused:
        requested(tier, shown=shown)

    assert [one.part for one in refused.value.changes] == ["differences"]
    assert not Promotion.objects.exists()


def test_an_approval_on_evidence_that_got_worse_ends_the_promotion():
    promotion = requested(ready_tier())
    shown = shown_for(promotion)
    differ(target("kube-1"), "new_route")

    with pytest.raises(PromotionRefused, match="got worse since it was asked for") as refused:
        approved(promotion, shown=shown)

    promotion.refresh_from_db()
    assert promotion.state == "outdated"
    assert [one.sentence for one in refused.value.changes] == [
        "aws:1:eu:kube-1 has 1 new or changed difference."
    ]
    assert promotion.state_reason in AuditRecord.objects.get(action="promotion_outdated").reason
    assert not Approval.objects.exists()


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda tier: tier.policy.update(soak_seconds=5), "policy"),
        (lambda tier: setattr(tier, "is_production", True), "policy"),
    ],
)
def test_a_policy_that_changed_ends_the_promotion(change, part):
    tier = ready_tier()
    promotion = requested(tier)
    shown = shown_for(promotion)
    tier.refresh_from_db()
    change(tier)
    tier.save()

    with pytest.raises(PromotionRefused) as refused:
        approved(promotion, shown=shown)

    assert part in [one.part for one in refused.value.changes]


@pytest.mark.parametrize(
    "change",
    [
        {"set_aside_until": database_now},
        {"mode": Mode.OFF},
        {"generation": 7},
    ],
)
def test_members_that_changed_end_the_promotion(change):
    promotion = requested(ready_tier())
    shown = shown_for(promotion)
    fields = {
        name: value() + timedelta(days=1) if callable(value) else value
        for name, value in change.items()
    }
    Target.objects.filter(cluster__alias="kube-2", rollout__key="routesrv").update(**fields)

    with pytest.raises(PromotionRefused, match="got worse"):
        approved(promotion, shown=shown)

    promotion.refresh_from_db()
    assert promotion.state == "outdated"


def test_a_gate_that_nobody_can_judge_refuses_the_click_and_changes_nothing():
    promotion = requested(ready_tier())
    shown = shown_for(promotion)
    stand(target("kube-1"), "unreachable")

    with pytest.raises(PromotionRefused, match="reachable is unknown"):
        approved(promotion, shown=shown)

    promotion.refresh_from_db()
    assert promotion.state == "pending"
