"""Setting a target aside and counting it again: who may, until when, and what is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from ledger import audit
from ledger.models import AuditRecord
from rollouts.operations.decisions import DecisionRefused, return_target, set_aside
from rollouts.permissions.roles import Role
from tests.factories import NOW, TargetFactory, TierFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

WEEK = NOW + timedelta(days=7)
REASON = "decommissioned on Friday, OPS-123"


def aside(target, actor, *, reason=REASON, until=WEEK, version=None, now=NOW):
    return set_aside(
        target, actor=actor, reason=reason, until=until, version=version or target.version, now=now
    )


def test_an_approver_sets_a_target_of_their_tier_aside_and_it_stands_on_the_trail():
    target = TargetFactory.create()
    bob = UserFactory.create(username="bob", role="approver", tier=target.tier)

    aside(target, bob, reason=f"  {REASON} ")

    target.refresh_from_db()
    assert (target.set_aside_reason, target.set_aside_until) == (REASON, WEEK)
    assert (target.set_aside_by, target.version) == (bob, 2)
    record = AuditRecord.objects.get()
    assert (record.action, record.actor, record.role) == ("target_set_aside", "bob", "approver")
    assert record.subject == f"target {target.rollout.key}/{target.tier.name}/{target.key}"
    assert (record.at, record.reason) == (NOW, REASON)
    assert (record.before, record.after) == (None, {"until": WEEK.isoformat()})


def test_a_longer_time_replaces_a_shorter_one_and_the_trail_keeps_both():
    target = TargetFactory.create()
    olga = UserFactory.create(role="operator")
    aside(target, olga)

    aside(target, olga, reason="it takes longer", until=WEEK + timedelta(days=7), version=2)

    record = AuditRecord.objects.latest("seq")
    assert record.before == {"until": WEEK.isoformat(), "reason": REASON}
    assert record.after == {"until": (WEEK + timedelta(days=7)).isoformat()}


def test_who_opened_the_page_before_another_decision_is_refused():
    target = TargetFactory.create()
    bob, carol = (UserFactory.create(username=name, role="approver") for name in ("bob", "carol"))
    aside(target, bob)

    with pytest.raises(DecisionRefused, match="Somebody changed this target"):
        aside(target, carol, reason="another reason", version=1)

    target.refresh_from_db()
    assert (target.set_aside_reason, target.version) == (REASON, 2)
    refused = AuditRecord.objects.latest("seq")
    assert (refused.action, refused.actor) == ("target_set_aside_refused", "carol")
    assert refused.after is None


@pytest.mark.parametrize("role", [role for role in Role if role not in {"approver", "operator"}])
def test_who_may_not_decide_is_refused_and_the_refusal_is_kept(role):
    target = TargetFactory.create()
    vera = UserFactory.create(username="vera", role=role)

    with pytest.raises(DecisionRefused, match="neither approver nor operator of"):
        aside(target, vera)

    target.refresh_from_db()
    assert (target.set_aside_until, target.version) == (None, 1)
    record = AuditRecord.objects.get()
    assert (record.action, record.actor) == ("target_set_aside_refused", "vera")
    assert "neither approver" in record.reason


def test_an_approver_of_another_tier_is_refused():
    target = TargetFactory.create()
    sibling = TierFactory.create(rollout=target.rollout)
    bob = UserFactory.create(role="approver", tier=sibling)

    with pytest.raises(DecisionRefused, match="neither approver"):
        aside(target, bob)


def test_a_person_deactivated_since_the_request_began_is_refused():
    target = TargetFactory.create()
    bob = UserFactory.create(role="approver")
    type(bob).objects.filter(pk=bob.pk).update(is_active=False)
    assert bob.is_active

    with pytest.raises(DecisionRefused, match="neither approver"):
        aside(target, bob)


@pytest.mark.parametrize(
    "until", [NOW, NOW - timedelta(seconds=1), NOW + timedelta(days=90, seconds=1)]
)
def test_a_date_that_is_past_or_too_far_off_is_refused(until):
    target = TargetFactory.create()

    with pytest.raises(DecisionRefused, match="date in the future, at most 90 days"):
        aside(target, UserFactory.create(role="operator"), until=until)


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "  x  ",
        "ok\u202eevil",  # what follows would be read from right to left
        "line\nbreak",
        "bell\x07",
        "zero\u200bwidth",
        "isolate\u2067d",
        "x" * 501,
    ],
)
def test_a_reason_that_nobody_could_read_is_refused(reason):
    target = TargetFactory.create()

    with pytest.raises(DecisionRefused, match="reason"):
        aside(target, UserFactory.create(role="operator"), reason=reason)

    target.refresh_from_db()
    assert (target.set_aside_until, target.version) == (None, 1)
    assert AuditRecord.objects.get().action == "target_set_aside_refused"


def test_a_target_that_left_the_fleet_is_not_decided_on():
    target = TargetFactory.create(removed_at=NOW)

    with pytest.raises(DecisionRefused, match="no longer names this target"):
        aside(target, UserFactory.create(role="operator"))


def test_nothing_is_kept_when_the_trail_cannot_be_written(monkeypatch):
    def broken(*_args: object, **_kwargs: object) -> None:
        raise IntegrityError("no room")

    target, olga = TargetFactory.create(), UserFactory.create(role="operator")
    monkeypatch.setattr(audit, "record", broken)

    with pytest.raises(IntegrityError):
        aside(target, olga)

    target.refresh_from_db()
    assert (target.set_aside_until, target.version) == (None, 1)


def test_a_returned_target_counts_again():
    target, olga = TargetFactory.create(), UserFactory.create(role="operator")
    aside(target, olga)

    return_target(target, actor=olga, version=2, now=NOW)

    target.refresh_from_db()
    assert (target.set_aside_until, target.set_aside_by) == (None, None)
    assert (target.set_aside_reason, target.version) == ("", 3)
    record = AuditRecord.objects.latest("seq")
    assert record.action == "target_returned"
    assert record.before == {"until": WEEK.isoformat(), "reason": REASON}


def test_returning_what_is_not_set_aside_is_refused():
    target = TargetFactory.create()

    with pytest.raises(DecisionRefused, match="not set aside"):
        return_target(target, actor=UserFactory.create(role="operator"), version=1, now=NOW)


def test_returning_what_came_back_by_itself_is_refused():
    target, olga = TargetFactory.create(), UserFactory.create(role="operator")
    aside(target, olga)

    with pytest.raises(DecisionRefused, match="not set aside"):
        return_target(target, actor=olga, version=2, now=WEEK)
