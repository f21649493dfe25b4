"""The audit trail: appended in the change's transaction, linked, never forked."""

from __future__ import annotations

import json
import threading
from datetime import timedelta, timezone

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from ledger.audit import OutsideTransaction, link, record
from ledger.models import AuditHead, AuditRecord
from tests.factories import NOW, UserFactory
from tests.plugins.superuser import superuser

FIRST = "0" * 64


def append(action="looked", *, subject="target t", actor="penumbra", **more):
    with transaction.atomic():
        return record(action, subject=subject, actor=actor, at=NOW, **more)


def broken_links():
    """Return the numbers of records, as the database has them, that do not follow from the rest."""
    previous, broken = FIRST, []
    for number, row in enumerate(AuditRecord.objects.order_by("seq"), start=1):
        if (row.seq, row.prev_hash, row.hash) != (number, previous, link(row)):
            broken.append(row.seq)
        previous = row.hash
    return broken


@pytest.mark.sqlite
@pytest.mark.django_db
def test_each_record_is_linked_to_the_one_before_and_the_head_to_the_last():
    for number in range(5):
        append(f"action_{number}", before={"n": number}, after=[number, None], reason="why")

    assert broken_links() == []
    assert list(AuditRecord.objects.values_list("seq", flat=True)) == [1, 2, 3, 4, 5]
    head = AuditHead.objects.get()
    assert (head.seq, head.hash) == (5, AuditRecord.objects.get(seq=5).hash)


@pytest.mark.django_db
def test_a_person_is_kept_as_text_beside_the_row():
    alice = UserFactory.create(username="alice")

    entry = append(actor=alice, role="approver")

    assert (entry.actor, entry.actor_user_id, entry.role) == ("alice", alice.pk, "approver")
    assert append(actor="penumbra").actor_user_id is None


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_record_outside_a_transaction_is_refused():
    with pytest.raises(OutsideTransaction):
        record("looked", subject="target t", actor="penumbra", at=NOW)

    assert not AuditRecord.objects.exists()


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_record_goes_with_the_change_that_was_rolled_back():
    append("kept")
    with pytest.raises(KeyError), transaction.atomic():
        record("lost", subject="target t", actor="penumbra", at=NOW)
        raise KeyError
    append("next")

    assert list(AuditRecord.objects.values_list("action", flat=True)) == ["kept", "next"]
    assert broken_links() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "mallory"),
        ("role", "operator"),
        ("action", "other"),
        ("subject", "target u"),
        ("before", {"mode": "exec"}),
        ("after", {"mode": "off"}),
        ("reason", "another"),
        ("request_id", "r"),
        ("scheme", 1),
        ("actor_user", None),
        ("at", NOW + timedelta(microseconds=1)),
        ("prev_hash", "1" * 64),
        ("hash", "2" * 64),
    ],
)
def test_an_edit_of_any_column_breaks_a_link(column, value):
    alice = UserFactory.create(username="alice")
    for _ in range(3):
        append(
            actor=alice,
            before={"mode": "off"},
            after={"mode": "shadow"},
            reason="why",
            role="approver",
        )

    with superuser():
        AuditRecord.objects.filter(seq=2).update(**{column: value})

    assert broken_links()


@pytest.mark.django_db
def test_a_record_of_the_first_scheme_keeps_the_hash_it_has():
    entry = AuditRecord(
        seq=1, at=NOW, actor="alice", actor_user_id=7, action="a", subject="s", prev_hash=FIRST
    )

    assert entry.scheme == 1
    assert link(entry) == "b654ab2e287452fbe980b8d61ee167f5cfb003cd6f6ace3e4ccc3f7d546e0cf6"


@pytest.mark.django_db
def test_a_record_taken_out_breaks_a_link():
    for _ in range(3):
        append()

    with superuser():
        AuditRecord.objects.filter(seq=2).delete()

    assert broken_links()


@pytest.mark.django_db
def test_the_zone_in_which_a_time_is_said_changes_nothing():
    entry = append()
    entry.at = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert link(entry) == entry.hash


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_the_database_itself_refuses_a_fork():
    append()
    row = AuditRecord.objects.get()
    row.seq, row.hash = 2, "f" * 64

    with pytest.raises(IntegrityError):
        row.save(force_insert=True)


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_chain():
    threads, each, failures = 8, 10, []
    together = threading.Barrier(threads)

    def write(name):
        together.wait(20)
        try:
            for number in range(each):
                append(f"{name}_{number}")
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    running = [threading.Thread(target=write, args=(f"writer_{n}",)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(60)

    assert failures == []
    assert AuditRecord.objects.count() == threads * each
    assert broken_links() == []
    assert AuditHead.objects.get().seq == threads * each


numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


class TestRoundTrip(TestCase):
    """Whatever JSON was recorded verifies when it is read back."""

    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(before=values, after=values, reason=texts)
    def test_a_record_read_back_has_the_hash_it_was_given(self, before, after, reason):
        json.dumps([before, after])

        append(before=before, after=after, reason=reason)

        assert broken_links() == []
