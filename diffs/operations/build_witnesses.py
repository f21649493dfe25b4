"""Build a request for every variant that shows what a client would notice of it.

Flow: compare -> report -> *witness* -> page.

Theory. A request is put to both whole tables of one source, and indexing two large tables costs a
second: too much for a page, and for a look. So variants wait for their witness, the ones of one
source are tried together, and what was found is kept for a day. Nothing is decided by a witness.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from time import monotonic

from django.db.models import Q, QuerySet

from diffs.formats import format_of
from diffs.formats.eskip.matching import NoWitness, TableIndex, find_witness
from diffs.models import Occurrence, SideState, Source
from diffs.models import Witness as Row
from diffs.outcomes import Side
from diffs.queries.memory import stored_body, unpacked_lines
from diffs.report import Finding, Kind
from diffs.table import Table

KEPT = timedelta(days=1)
MOST = 200
"""Variants tried in the tables of one source before the next one's turn."""

SECONDS = 10.0
FORMAT = "eskip"


def build_witnesses(*, now: datetime, seconds: float = SECONDS) -> int:
    """Build what is missing or old, source by source; return how many variants were tried.

    Units
        seconds     no other source is begun after them
    """
    ends_at, tried = monotonic() + seconds, 0
    done: set[int] = set()
    while monotonic() < ends_at:
        source_id = _next_source(now, done)
        if source_id is None:
            break
        done.add(source_id)
        tried += _build(source_id, now, ends_at)
    return tried


def _waiting(now: datetime) -> QuerySet[Occurrence]:
    """Return occurrences whose variant has no witness, or an old one."""
    rows = Occurrence.objects.filter(
        resolved_at=None,
        confirmed_at__isnull=False,
        variant__isnull=False,
    )
    return rows.filter(Q(variant__witness=None) | Q(variant__witness__at__lt=now - KEPT))


def _next_source(now: datetime, done: Collection[int]) -> int | None:
    """Return the source that shows most of what waits; None where nothing does."""
    rows = _waiting(now).exclude(source_id__in=done).values_list("source_id", flat=True)
    found = Counter(rows[: 10 * MOST])
    return found.most_common(1)[0][0] if found else None


def _build(source_id: int, now: datetime, ends_at: float) -> int:
    """Try the variants that one source shows, in its tables as they were read last."""
    waiting = _waiting(now).filter(source_id=source_id).select_related("finding")
    by_variant = {row.variant_id: row for row in waiting.order_by("-pk")[:MOST]}
    source = Source.objects.get(pk=source_id)
    tables = _tables(source) if source.format == FORMAT else _no_requests(source)
    rows: list[Row] = []
    for variant_id, occurrence in by_variant.items():
        if rows and monotonic() > ends_at:
            break
        rows.append(_row(occurrence, tables, now))
        rows[-1].variant_id = variant_id or 0
    Row.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["variant"],
        update_fields=["source", "is_built", "sentence", "method", "host", "path", "headers", "at"],
    )
    return len(rows)


def _no_requests(source: Source) -> NoWitness:
    noun = format_of(source.format, source.options).words.noun
    return NoWitness(f"a {noun} answers no request")


def _tables(source: Source) -> tuple[TableIndex, TableIndex] | NoWitness:
    """Return both tables, indexed."""
    found = []
    states = {row.side: row for row in SideState.objects.filter(source=source)}
    for side in Side:
        table = _table(source, states.get(side.value))
        if table is None:
            return NoWitness("the tables in which it was seen are not kept")
        found.append(TableIndex(table))
    return found[0], found[1]


def _table(source: Source, state: SideState | None) -> Table | None:
    body = stored_body(state.snapshot_id) if state and state.snapshot_id else None
    if state is None or body is None:
        return None
    reader = format_of(source.format, source.options)
    return reader.read(body, unpacked_lines(bytes(state.lines), reader=reader.label))


def _row(
    occurrence: Occurrence, tables: tuple[TableIndex, TableIndex] | NoWitness, now: datetime
) -> Row:
    kept = occurrence.finding
    finding = Finding(kept.key, Kind(kept.kind), kept.left, kept.right)
    found = tables if isinstance(tables, NoWitness) else find_witness(finding, *tables)
    row = Row(source_id=occurrence.source_id, sentence=found.sentence, at=now, is_built=False)
    if isinstance(found, NoWitness):
        return row
    row.is_built, row.headers = True, [list(pair) for pair in found.headers]
    row.method, row.host, row.path = found.method, found.host, found.path
    return row
