"""Keep what each side said last. Part of the look's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import zstandard

from diffs import quiet
from diffs.looking.order import Order, Seen, SideOrder, SideSeen
from diffs.models import DailyBody, SideState, Snapshot
from diffs.operations.keep_pods import pods_behind

RECENT_DIGESTS = 20
"""Tables of one side that are known again: more than pods that differ for longer than a moment."""


def keep_side_states(
    source_id: int,
    order: Order,
    seen: Seen,
    snapshots: Mapping[str, Snapshot | None],
    *,
    now: datetime,
) -> None:
    """Write both sides' rows.

    A table's size becomes the good one, against which a later table is suspected of having shrunk,
    unless this look doubts the table: half of one must not become the measure of the next.
    """
    rows = {row.side: row for row in SideState.objects.filter(source_id=source_id).defer("lines")}
    for side, part in ((order.legacy, seen.legacy), (order.shadow, seen.shadow)):
        if side is None or part is None:
            continue
        row = rows.get(part.side) or SideState(source_id=source_id, side=part.side)
        row.problem = part.problems[0].sentence if part.problems else ""
        row.unmoved_looks = part.unmoved_looks
        snapshot = snapshots.get(part.side)
        seen_at = row.read_at
        if part.payload is not None:
            row.read_at, row.ip = now, part.payload.ip
            row.latency_seconds = part.payload.latency_seconds
            row.pods = {**row.pods, side.endpoint.url: pods_behind(side, part.payload)}
        if snapshot is not None:
            _keep_day(row, snapshot, now)
            _keep_move(row, part, seen_at, now)
            _keep_table(row, side, part, snapshot)
            if not part.problems:
                row.good_routes = row.routes or row.good_routes
        elif part.payload is not None and part.payload.not_modified:
            row.etag = row.last_modified = ""  # it means a body that is gone: ask for it in full
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


def _keep_move(row: SideState, part: SideSeen, seen_at: datetime | None, now: datetime) -> None:
    """Note whether the table moved, and for how long the one before was seen to be quiet.

    Shapes
        seen_at     when the side was read before this look
    """
    if part.facts is None or part.facts.digest == row.digest:
        return
    history = quiet.unpacked(row.quiet)
    if history.began_at is None:
        row.quiet = quiet.packed(quiet.begun(now))
    elif row.digest and row.moved_at and seen_at:  # else what it said before is not known
        row.quiet = quiet.packed(quiet.moved(history, seen_at - row.moved_at, at=now))
    row.moved_at = now


def _keep_table(row: SideState, side: SideOrder, part: SideSeen, snapshot: Snapshot) -> None:
    """Write what identifies the table that was read; its lines only where they are new."""
    payload, facts = part.payload, part.facts
    if payload is None or facts is None:
        return
    others = [digest for digest in row.recent_digests if digest != facts.digest]
    row.recent_digests = [*others, facts.digest][-RECENT_DIGESTS:]
    row.snapshot, row.digest, row.routes = snapshot, facts.digest, facts.routes
    row.etag = (payload.etag or "")[:300]
    row.last_modified = (payload.last_modified or "")[:100]
    row.table_timestamp = payload.x_timestamp
    if part.fetch_errors is not None:  # a page that fails once must not hide what it counts next
        row.fetch_errors = part.fetch_errors
    if part.lines is not None and part.lines is not side.before.lines:
        row.lines = zstandard.compress(part.lines.to_bytes())
