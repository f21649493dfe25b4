"""Walking the trail finds every edit, in memory that does not grow with it."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta

import pytest
from django.db import connection

from ledger import chain
from ledger.audit import link
from ledger.chain import START, ChainBroken, Position, walk
from ledger.models import AuditHead, AuditRecord
from tests.factories import NOW, UserFactory
from tests.ledger.trail import append, cut_tail, edit, write_anew
from tests.plugins.superuser import superuser

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

OTHER = {
    "seq": 90,
    "at": NOW + timedelta(microseconds=1),
    "actor": "mallory",
    "actor_user": None,
    "role": "operator",
    "action": "other",
    "subject": "target u",
    "before": {"mode": "exec"},
    "after": None,
    "reason": "another",
    "request_id": "r",
    "scheme": 1,
    "prev_hash": "1" * 64,
    "hash": "2" * 64,
}
"""For each column a value that the record did not have."""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 2)


def broken():
    """Return what a walk over the whole trail says is wrong."""
    with pytest.raises(ChainBroken) as refusal:
        walk()
    return str(refusal.value)


def test_a_whole_trail_is_walked_to_its_head():
    last = append(7)

    assert walk() == chain.Progress(Position(7, last.hash), is_end=True)


def test_a_trail_without_a_record_is_whole():
    assert walk() == chain.Progress(START, is_end=True)


def test_every_column_has_its_edit_here():
    assert OTHER.keys() == {field.name for field in AuditRecord._meta.concrete_fields}


@pytest.mark.parametrize("seq", [1, 4, 7])
@pytest.mark.parametrize("column", OTHER)
def test_an_edit_of_any_column_of_any_record_is_found_by_its_number(column, seq):
    alice = UserFactory.create(username="alice")
    append(7, actor=alice, before={"mode": "off"}, after={"mode": "shadow"}, role="approver")

    edit(seq, **{column: OTHER[column]})

    expected = {
        "seq": f"Record {seq} is missing",
        "prev_hash": f"Record {seq} does not follow",
    }.get(column, f"Record {seq} was edited: its fields do not give its hash.")
    assert expected in broken()


def test_a_record_taken_out_of_the_middle_is_missed():
    append(5)

    with superuser():
        AuditRecord.objects.filter(seq=3).delete()

    assert broken() == "Record 3 is missing: the next one is 4."


@pytest.mark.parametrize("seq", [0, -4])
def test_a_record_put_before_the_first_is_found(seq):
    append(3)
    first = AuditRecord(seq=seq, at=NOW, prev_hash="e" * 64, hash="f" * 64)
    first.save(force_insert=True)

    assert broken() == f"Record {seq} stands before the first: nobody appended it."


def test_a_record_that_follows_well_but_stands_behind_the_head_is_found():
    last = append(3)
    entry = AuditRecord(seq=4, at=NOW, scheme=2, prev_hash=last.hash)
    entry.hash = link(entry)
    entry.save(force_insert=True)

    assert broken() == "Record 4 stands behind the head: nobody appended it."


def test_two_records_that_changed_places_are_found():
    append(5)
    two, three = AuditRecord.objects.filter(seq__in=[2, 3]).order_by("seq")
    with superuser():
        AuditRecord.objects.filter(seq__in=[2, 3]).delete()
        two.seq, three.seq = 3, 2
        two.save(force_insert=True)
        three.save(force_insert=True)

    assert "Record 2 does not follow" in broken()


def test_a_cut_tail_is_missed_by_the_head():
    append(5)

    cut_tail(3, with_head=False)

    assert broken() == "Record 4 is missing: the head says that 5 is the last one."


@pytest.mark.parametrize("last", [0, 3])
def test_a_cut_tail_whose_head_was_rewritten_needs_an_anchor_or_an_earlier_walk(last):
    seen = walk(Position()) if not append(5) else walk()
    cut_tail(last, with_head=True)

    assert walk().position.seq == last
    with pytest.raises(ChainBroken, match="Record 5 is gone"):
        walk(seen.position)


def test_a_trail_written_anew_needs_one_as_well():
    append(5)
    seen = walk().position

    write_anew(actor="mallory")

    assert walk().is_end
    with pytest.raises(ChainBroken, match="Record 5"):
        walk(seen)
    with pytest.raises(ChainBroken, match="Record 5 is not the one it was"):
        walk(known={5: seen.hash})


@pytest.mark.parametrize("column", ["seq", "hash"])
def test_an_edit_of_the_head_is_found(column):
    append(3)

    AuditHead.objects.update(**{column: 2 if column == "seq" else "f" * 64})

    assert broken() in {
        "Record 3 stands behind the head: nobody appended it.",
        "Record 3 is the last one, but the head has another hash.",
    }


def test_a_head_that_is_gone_is_found():
    append(3)

    AuditHead.objects.all().delete()

    assert broken() == "There is no head, but the last record is 3."


def test_a_record_that_cannot_even_be_read_is_named(uses_sqlite):
    append(5)
    moment = "2026-13-32 25:00:00" if uses_sqlite else "infinity"
    with superuser(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_auditrecord SET at = %s WHERE seq = 4", [moment])

    assert broken() == "Record 4 was edited: a field of it cannot be read any more."


def test_a_walk_in_parts_goes_on_where_it_was():
    append(7)
    seen, position = [], START
    while not (part := walk(position, most=3)).is_end:
        position = part.position
        seen.append(position.seq)

    assert (seen, part.position.seq) == ([3, 6], 7)
    append(1)
    assert walk(part.position, most=3).position.seq == 8


def test_what_is_appended_while_walking_is_walked_as_well(monkeypatch):
    append(3)
    ends, is_end = [], chain._is_end

    def end(position):
        if not ends:
            append(2)
        ends.append(position.seq)
        return is_end(position)

    monkeypatch.setattr(chain, "_is_end", end)

    assert walk().position.seq == 5
    assert ends == [3, 5]


def test_memory_does_not_grow_with_the_trail(monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 50)

    def peak():
        tracemalloc.start()
        walk()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    append(100, reason="x" * 2000)
    peak()
    few = peak()
    append(500, reason="x" * 2000)

    assert peak() < 1.5 * few
