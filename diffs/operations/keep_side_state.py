"""Keep what each side said last. Part of the look's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import zstandard

from diffs.looking.order import Seen, SideSeen
from diffs.models import DailyBody, SideState, Snapshot, Source
from diffs.outcomes import Outcome


def keep_side_states(
    source: Source,
    rows: Mapping[str, SideState],
    seen: Seen,
    snapshots: Mapping[str, Snapshot | None],
    *,
    now: datetime,
) -> None:
    """Write both sides' rows.

    A table's size becomes the good one, against which a later table is suspected of having shrunk,
    unless this look itself doubts it.
    """
    for part in (seen.legacy, seen.shadow):
        if part is None:
            continue
        row = rows.get(part.side) or SideState(source=source, side=part.side)
        row.problem = part.problems[0].sentence if part.problems else ""
        row.unmoved_looks = part.unmoved_looks
        snapshot = snapshots.get(part.side)
        if part.payload is not None:
            row.read_at, row.ip = now, part.payload.ip
            row.latency_seconds = part.payload.latency_seconds
        if snapshot is not None:
            _keep_day(row, snapshot, now)
            _keep_table(row, part, snapshot, now)
            if not any(problem.outcome is Outcome.SUSPECT for problem in part.problems):
                row.good_routes = row.routes or row.good_routes
        row.save()


def _keep_day(row: SideState, snapshot: Snapshot, now: datetime) -> None:
    """Note the first body of each day, which outlives the others of that day."""
    if row.body_day != now.date():
        DailyBody.objects.get_or_create(
            source_id=row.source_id,
            side=row.side,
            day=now.date(),
            defaults={"snapshot": snapshot},
        )
        row.body_day = now.date()


def _keep_table(row: SideState, part: SideSeen, snapshot: Snapshot, now: datetime) -> None:
    """Write what identifies the table that was read."""
    payload, facts = part.payload, part.facts
    if payload is None or facts is None:
        return
    if facts.digest != row.digest:
        row.moved_at = now
    row.snapshot, row.digest, row.routes = snapshot, facts.digest, facts.routes
    row.etag = (payload.etag or "")[:300]
    row.last_modified = (payload.last_modified or "")[:100]
    row.table_timestamp = payload.x_timestamp
    row.fetch_errors = part.fetch_errors
    if part.table is not None:
        row.lines = zstandard.compress(part.table.lines.to_bytes())
