"""A change, its record and its duties stand or fall together, in the database itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from ledger import outbox
from ledger.audit import record
from ledger.models import AuditHead, AuditRecord, Outbox
from rollouts.models import Target
from rollouts.operations.decisions import DecisionRefused, set_aside
from tests.factories import NOW, TargetFactory, UserFactory
from tests.ledger.trail import append
from tests.plugins.superuser import audit_insert_refused

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def decide(target, person):
    return set_aside(
        target, actor=person, reason="being rebuilt", until=NOW + timedelta(days=1), version=1,
        now=NOW,
    )  # fmt: skip


def test_where_the_database_refuses_the_record_nothing_changes():
    target = TargetFactory.create()
    bob = UserFactory.create(username="bob", role="approver", tier=target.tier)
    before = Target.objects.filter(pk=target.pk).values().get()
    append(2)

    with audit_insert_refused(), pytest.raises(DatabaseError, match="no room for a record"):
        decide(target, bob)

    assert Target.objects.filter(pk=target.pk).values().get() == before
    assert (AuditRecord.objects.count(), AuditHead.objects.get().seq) == (2, 2)
    decide(target, bob)
    assert AuditRecord.objects.get(seq=3).action == "target_set_aside"


def test_where_the_record_of_a_refusal_is_refused_nobody_hears_of_the_refusal():
    target = TargetFactory.create()
    charlie = UserFactory.create(username="charlie")

    with audit_insert_refused(), pytest.raises(DatabaseError, match="no room for a record"):
        decide(target, charlie)

    with pytest.raises(DecisionRefused):
        decide(target, charlie)
    assert AuditRecord.objects.get().action == "target_set_aside_refused"


def test_where_the_record_is_refused_the_duty_goes_as_well():
    with (
        audit_insert_refused(),
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):
        outbox.enqueue("mail", dedupe_key="k", payload={}, now=NOW)
        record("looked", subject="target t", actor="penumbra", at=NOW)

    assert not Outbox.objects.exists()
