"""Walk the audit trail and check every link, in memory that does not grow with the trail.

Theory. Records are read in batches by their number. Each must have the next number, the hash of the
one before it as `prev_hash`, and a `hash` that its own fields give; the last must be the head's.
Records appended meanwhile are walked too: head and last record are read in one statement, and are
written in one transaction, so between two appends they agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import DataError
from django.db.models import QuerySet

from ledger.audit import link
from ledger.models import AuditHead, AuditRecord

BATCH = 500
FIRST_HASH = "0" * 64
UNREADABLE = (DataError, TypeError, ValueError)
"""What a row raises whose fields are not what their columns promise."""


class ChainBroken(Exception):
    """The trail is not what was written; the text names the record and what is wrong."""


@dataclass(frozen=True, slots=True)
class Position:
    """The last record that was checked; number 0 before the first."""

    seq: int = 0
    hash: str = FIRST_HASH


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a walk came, and whether that is the end of the trail."""

    position: Position
    is_end: bool


START = Position()


def walk(
    position: Position = START, *, known: Mapping[int, str] | None = None, most: int | None = None
) -> Progress:
    """Check the records after a position, to the end or `most` of them.

    Shapes
        known       {number: hash} of records that are known from elsewhere

    Errors
        ChainBroken     the first record that is not as it must be, or the tail is cut
    """
    known = known or {}
    left = most
    while True:
        for entry in _records(position, left):
            position = _checked(entry, position, known)
            left = None if left is None else left - 1
        if left == 0:
            return Progress(position, is_end=False)
        if _is_end(position):
            return Progress(position, is_end=True)


def _records(after: Position, most: int | None) -> Iterator[AuditRecord]:
    """Yield the records after a position in their order, at most so many."""
    seq = after.seq if after != START else None  # what stands before the first is seen as well
    while most is None or most > 0:
        size = BATCH if most is None else min(BATCH, most)
        rows = AuditRecord.objects.order_by("seq")
        batch = _read(rows if seq is None else rows.filter(seq__gt=seq), size)
        yield from batch
        if len(batch) < size:
            return
        seq = batch[-1].seq
        most = None if most is None else most - size


def _read(rows: QuerySet[AuditRecord], size: int) -> list[AuditRecord]:
    """Return one batch; where a row cannot be read as a record, say which."""
    try:
        return list(rows[:size])
    except UNREADABLE:
        for seq in rows.values_list("seq", flat=True)[:size]:
            try:
                AuditRecord.objects.get(seq=seq)
            except UNREADABLE:
                text = f"Record {seq} was edited: a field of it cannot be read any more."
                raise ChainBroken(text) from None
        raise


def _checked(entry: AuditRecord, before: Position, known: Mapping[int, str]) -> Position:
    """Return the position at a record that follows from the one before it."""
    if entry.seq < before.seq + 1:
        raise ChainBroken(f"Record {entry.seq} stands before the first: nobody appended it.")
    if entry.seq > before.seq + 1:
        raise ChainBroken(f"Record {before.seq + 1} is missing: the next one is {entry.seq}.")
    if entry.prev_hash != before.hash:
        raise ChainBroken(
            f"Record {entry.seq} does not follow from the one before it:"
            f" its prev_hash is not the hash of record {before.seq}."
        )
    if entry.hash != _hash_of(entry):
        raise ChainBroken(f"Record {entry.seq} was edited: its fields do not give its hash.")
    if known.get(entry.seq, entry.hash) != entry.hash:
        raise ChainBroken(
            f"Record {entry.seq} is not the one it was: its hash is another than was verified."
        )
    return Position(entry.seq, entry.hash)


def _hash_of(entry: AuditRecord) -> str:
    """Return the hash that the fields give; "" where they are not of their kind."""
    try:
        return link(entry)
    except (AttributeError, TypeError, ValueError):
        return ""


def _is_end(position: Position) -> bool:
    """Say whether no record follows; the head must then be the last one."""
    last = AuditRecord.objects.order_by("-seq").values("seq")[:1]
    rows = AuditHead.objects.filter(id=1).annotate(last=last)
    head = rows.values_list("seq", "hash", "last").first() or _no_head()
    last_seq = head[2] or 0
    if last_seq > position.seq:
        return False
    if last_seq < position.seq:
        raise ChainBroken(f"Record {position.seq} is gone: the last one is {last_seq}.")
    if head[0] > last_seq:
        raise ChainBroken(
            f"Record {last_seq + 1} is missing: the head says that {head[0]} is the last one."
        )
    if head[0] < last_seq:
        raise ChainBroken(f"Record {head[0] + 1} stands behind the head: nobody appended it.")
    if head[1] != position.hash:
        raise ChainBroken(f"Record {last_seq} is the last one, but the head has another hash.")
    return True


def _no_head() -> tuple[int, str, int]:
    """Return what stands for a head that is not there."""
    last = AuditRecord.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    if last:
        raise ChainBroken(f"There is no head, but the last record is {last}.")
    return 0, FIRST_HASH, 0
