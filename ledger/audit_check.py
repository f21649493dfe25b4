"""Verify the audit trail all the time, a part at a time, and keep what was found.

Theory. Each minute the records appended since are walked; once an hour a walk begins anew at the
first record, in parts, so that none takes long. The farthest record that ever passed is kept: every
later walk must find it there with its hash, so that a cut tail or a trail written anew is seen here
too, as long as this row is left alone. A problem stays until a walk from the first record on has
passed everything; nothing but a mended trail ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.chain import START, ChainBroken, Position, walk
from ledger.models import AuditCheck

PART = 20_000
"""How many records one part of a walk checks."""

WHOLE = timedelta(hours=1)
"""How long after one walk over the whole trail began the next one does."""

KEPT = (
    "walk_seq", "walk_hash", "walk_began_at", "verified_seq", "verified_hash", "verified_at",
    "problem",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrailState:
    """What is known of the trail: up to which record it was verified, when, and what is wrong."""

    verified_seq: int
    verified_at: datetime | None
    problem: str


def check_on(*, now: datetime) -> TrailState:
    """Check the next part of the trail and keep the outcome; return it."""
    row, _ = AuditCheck.objects.get_or_create(id=1, defaults={"walk_began_at": now})
    as_found = {name: getattr(row, name) for name in ("walk_seq", "walk_hash", "walk_began_at")}
    if row.walk_seq >= row.verified_seq and not timedelta(0) <= now - row.walk_began_at < WHOLE:
        _begin_anew(row, now)
    try:
        _walk_on(row, now)
    except ChainBroken as fault:
        row.problem = str(fault)
        _begin_anew(row, now)
    changed = {name: getattr(row, name) for name in KEPT}
    AuditCheck.objects.filter(id=1, **as_found).update(**changed)  # of two at once, the first
    return trail_state()


def trail_state() -> TrailState:
    """Return what the last check found."""
    row = AuditCheck.objects.filter(id=1).first()
    if row is None:
        return TrailState(0, None, "")
    return TrailState(row.verified_seq, row.verified_at, row.problem)


def _begin_anew(row: AuditCheck, now: datetime) -> None:
    """Send the walk back to the first record."""
    row.walk_seq, row.walk_hash, row.walk_began_at = START.seq, START.hash, now


def _walk_on(row: AuditCheck, now: datetime) -> None:
    """Check a part from where the walk is.

    Errors
        ChainBroken     a record is not as it must be
    """
    known = {row.verified_seq: row.verified_hash} if row.verified_seq else {}
    progress = walk(Position(row.walk_seq, row.walk_hash), known=known, most=PART)
    seq = progress.position.seq
    if progress.is_end and seq < row.verified_seq:
        raise ChainBroken(
            f"Record {row.verified_seq} was verified once and is gone: the trail ends with {seq}."
        )
    row.walk_seq, row.walk_hash = seq, progress.position.hash
    if progress.is_end:
        row.problem = ""
    if seq >= row.verified_seq:
        row.verified_seq, row.verified_hash, row.verified_at = seq, row.walk_hash, now
