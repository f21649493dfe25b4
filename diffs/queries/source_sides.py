"""What each side of a source last said, and how it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from diffs.formats import FORMATS, format_of
from diffs.formats.format import Format
from diffs.models import Reading, SideState, Source, SourceSide
from diffs.outcomes import Side
from diffs.poisons import ChangedValue, Poison
from diffs.queries.memory import stored_body
from diffs.queries.pods_seen import PodsSeen, pods_seen
from diffs.quiet import limit, unpacked


@dataclass(frozen=True, slots=True)
class RefusedRoute:
    """One route for which the component would refuse the whole document."""

    key: str
    line: int
    column: int
    reason: str
    excerpt: str
    poison: Poison | None = None


@dataclass(frozen=True, slots=True)
class SidePage:
    """One side. Sizes in bytes, counts of routes; None and "" where nothing was read yet.

    `format` is the source's, with its options: the same on both sides.
    """

    side: str
    format: Format
    addresses: tuple[str, ...]
    credential: str
    ca_bundle: str
    proxy: str
    paging: int
    read_at: datetime | None
    moved_at: datetime | None
    latency_seconds: float | None
    routes: int | None
    good_routes: int | None
    size: int | None
    sha256: str
    etag: str
    ip: str
    problem: str
    refused: tuple[RefusedRoute, ...]
    refused_count: int
    duplicates: tuple[str, ...]
    changed: tuple[ChangedValue, ...]
    quiet_limit: timedelta | None
    pods: PodsSeen | None


def source_sides(source_id: int, *, now: datetime | None = None) -> tuple[SidePage, ...]:
    """Return both sides, legacy first; with what depends on the time where it is given."""
    source = Source.objects.get(pk=source_id)
    rows = {row.side: row for row in SourceSide.objects.filter(source=source)}
    states = {
        row.side: row
        for row in SideState.objects.filter(source=source)
        .select_related("snapshot")
        .defer("lines", "snapshot__data")
    }
    format_ = format_of(source.format, source.options)
    shas = [row.snapshot_id for row in states.values() if row.snapshot_id]
    readings = {
        row.snapshot_id: row
        for row in Reading.objects.filter(snapshot__in=shas, reader=format_.label)
    }
    return tuple(
        _page(rows[side], states.get(side) or SideState(side=side), readings, format_, now)
        for side in Side
        if side in rows
    )


def _page(
    row: SourceSide,
    state: SideState,
    readings: dict[str, Reading],
    format_: Format,
    now: datetime | None,
) -> SidePage:
    """Return one side's page."""
    reading = readings.get(state.snapshot_id or "")
    name = format_.name_refusal
    known = max(len(row.addresses), sum(state.pods.values()))
    refusals = reading.refusals if reading else []
    return SidePage(
        side=row.side,
        format=format_,
        addresses=tuple(row.addresses),
        credential=row.credential,
        ca_bundle=row.ca_bundle,
        proxy=row.proxy,
        paging=row.paging,
        read_at=state.read_at,
        moved_at=state.moved_at,
        latency_seconds=state.latency_seconds,
        routes=state.routes,
        good_routes=state.good_routes,
        size=state.snapshot.size if state.snapshot else None,
        sha256=state.snapshot_id or "",
        etag=state.etag,
        ip=state.ip,
        problem=state.problem,
        refused=tuple(
            RefusedRoute(
                one["key"],
                one["line"],
                one["column"],
                one["reason"],
                one["excerpt"],
                name(one["reason"], one["excerpt"]) if name else None,
            )
            for one in refusals[:20]
        ),
        refused_count=len(refusals),
        duplicates=tuple(reading.duplicates) if reading else (),
        changed=_changed_values(state.snapshot_id or "", format_.name) if now else (),
        quiet_limit=limit(unpacked(state.quiet), now=now) if now else None,
        pods=pods_seen(row.source_id, row.side, known=known, now=now),
    )


@lru_cache(maxsize=512)
def _changed_values(sha256: str, format_name: str) -> tuple[ChangedValue, ...]:
    """Return the entries of a body that are read as something else; searched once a body."""
    search = FORMATS[format_name].changed_values
    body = stored_body(sha256) if search and sha256 else None
    return search(body) if search and body else ()
