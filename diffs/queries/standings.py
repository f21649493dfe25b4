"""Where sources stand, as the last looks left it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import OuterRef, Subquery

from diffs.formats import FORMATS
from diffs.models import SideState, SourceState


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One source: what the last look came to and what is proven so far.

    Units: times are the database's; `*_seconds` seconds; counts of routes, looks and changes.
    `settled` is the last outcome that decided something; "" before the first. `side_routes` are the
    routes of the side that the outcome names, None where it names none. `unkept` counts routes that
    differ beyond those whose differences are kept: nobody can have judged these one by one. Of the
    `differences` people expect `expected`; rules hide `hidden` routes beside them, and the
    component explains `explained`; `hits` has, by rule, how many either way. `noun` is what the
    format calls a route.
    """

    source_id: int
    interval_seconds: int
    reads: str
    is_soaking: bool
    outcome: str
    settled: str
    side: str
    sentence: str
    outcome_since: datetime | None
    last_look_at: datetime | None
    last_proof_at: datetime | None
    next_look_at: datetime
    failures: int
    looks: int
    look_seconds: float | None
    total: int
    matched: int
    hidden: int
    differences: int
    lag_seconds: float | None
    clean_seconds: float
    clean_since: datetime | None
    clean_looks: int
    clean_changes: int
    pause: str
    restart: str
    side_routes: int | None
    unkept: int = 0
    expected: int = 0
    explained: int = 0
    clean_kinds: Mapping[str, int] = field(default_factory=dict)
    noun: str = "route"
    hits: tuple[tuple[str, int], ...] = ()


_STATE_FIELDS = tuple(
    name
    for name in SourceFacts.__slots__
    if name not in {"interval_seconds", "reads", "is_soaking", "noun", "hits"}
)


def source_facts(source_ids: Iterable[int]) -> dict[int, SourceFacts]:
    """Return the facts of sources by their ids, in one query."""
    named = SideState.objects.filter(source_id=OuterRef("source_id"), side=OuterRef("side"))
    rows = (
        SourceState.objects.filter(source_id__in=list(source_ids))
        .select_related("source")
        .annotate(side_routes=Subquery(named.values("routes")[:1]))
    )
    return {row.source_id: _facts_of(row) for row in rows}


def _facts_of(row: SourceState) -> SourceFacts:
    """Return the facts of one source; a look of an older epoch says nothing about what is now."""
    facts = SourceFacts(
        interval_seconds=row.source.interval_seconds,
        reads=row.source.reads,
        is_soaking=row.source.is_soaking,
        noun=FORMATS[row.source.format].words.noun,
        hits=tuple(sorted((rule, count) for rule, count in row.hits.items() if count)),
        **{name: getattr(row, name) for name in _STATE_FIELDS},
    )
    if row.epoch == row.source.epoch:
        return facts
    return replace(facts, outcome="", settled="", side="", sentence="", last_proof_at=None)
