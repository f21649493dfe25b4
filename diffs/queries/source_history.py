"""What is kept of a source's past: a strip of quarter hours, spans, hourly counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min, Q, Subquery, Sum, Value
from django.db.models.functions import TruncHour

from diffs.models import HourRollup, OutcomeSpan, SourceState
from diffs.outcomes import COMPARED, Outcome
from diffs.soak import GAP_INTERVALS

SEEN = COMPARED | {Outcome.NOT_COMPARED}
CELL = timedelta(minutes=15)
CELLS = 96


@dataclass(frozen=True, slots=True)
class Span:
    """Looks in a row with one outcome; the last one has no end yet.

    The sha256 of both bodies are those of its first look, "" where they were not compared or are
    no longer kept.
    """

    outcome: str
    side: str
    sentence: str
    began_at: datetime
    ended_at: datetime | None
    legacy_sha256: str = ""
    shadow_sha256: str = ""


def latest_spans(source_id: int, *, limit: int = 12) -> tuple[Span, ...]:
    """Return the last changes of outcome, the newest first."""
    rows = OutcomeSpan.objects.filter(source_id=source_id).select_related("comparison")
    rows = rows.defer("comparison__findings").order_by("-began_at")
    return tuple(_span(row) for row in rows[:limit])


def _span(row: OutcomeSpan) -> Span:
    """Return a span with the bodies that its first look compared."""
    compared = row.comparison
    shas = (compared.legacy_id, compared.shadow_id) if compared else ("", "")
    return Span(row.outcome, row.side, row.sentence, row.began_at, row.ended_at, *shas)


def day_strip(source_id: int, *, now: datetime) -> tuple[tuple[str, datetime], ...]:
    """Return 96 quarter hours up to now as (worst outcome or "", start), the oldest first.

    The worst is a difference, then the problem with the highest precedence, then what settles, then
    agreement. Where nobody looked for more than three intervals the cell is empty, not clean.
    """
    end = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0) + CELL
    start = end - CELLS * CELL
    spans = OutcomeSpan.objects.filter(Q(ended_at=None) | Q(ended_at__gt=start))
    until = _known_until(source_id, now)
    rows = [
        (outcome, began_at, ended_at or (until if outcome in SEEN else now))
        for outcome, began_at, ended_at in spans.filter(source_id=source_id).values_list(
            "outcome", "began_at", "ended_at"
        )
    ]
    cells = []
    for place in range(CELLS):
        begin = start + place * CELL
        seen = [
            outcome
            for outcome, began_at, ended_at in rows
            if began_at < begin + CELL and ended_at >= begin
        ]
        cells.append((min(seen, key=_badness) if seen else "", begin))
    return tuple(cells)


def _known_until(source_id: int, now: datetime) -> datetime:
    """Return up to when the last look still says something about a source."""
    row = SourceState.objects.select_related("source").filter(source_id=source_id).first()
    if row is None or row.last_look_at is None:
        return now
    trust = timedelta(seconds=GAP_INTERVALS * row.source.interval_seconds)
    return min(now, row.last_look_at + trust)


_BADNESS = {
    outcome: place
    for place, outcome in enumerate(
        [
            Outcome.DIFFERENT,
            Outcome.UNSTABLE,
            *(one for one in Outcome if one.value not in {"different", "unstable"}),
        ]
    )
}
_QUIET = {Outcome.EQUAL, Outcome.EQUAL_AFTER_RULES, Outcome.NOT_COMPARED}
_SETTLING = {Outcome.MOVED, Outcome.LAG, Outcome.UNCONFIRMED}


def _badness(outcome: str) -> int:
    """Order outcomes for one cell: the lower, the more it has to be seen."""
    known = Outcome(outcome)
    return _BADNESS[known] + 100 * (known in _SETTLING) + 200 * (known in _QUIET)


@dataclass(frozen=True, slots=True)
class DayOfDifferences:
    """A day of many sources.

    Shapes
        points      (hour, most differences at once, summed over sources), the oldest first
        since       when the first look was that is still remembered; None where there is no point
    """

    points: tuple[tuple[datetime, int], ...]
    since: datetime | None


def differences_by_hour(
    source_ids: Iterable[int], *, now: datetime, hours: int = 24
) -> DayOfDifferences:
    """Return a day of sources, in one query."""
    listed = list(source_ids)
    start = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours - 1)
    spans = OutcomeSpan.objects.filter(source_id__in=listed).order_by().annotate(one=Value(1))
    first = spans.values("one").annotate(first=Min("began_at")).values("first")
    rows = (
        HourRollup.objects.filter(source_id__in=listed, hour__gte=start)
        .annotate(at=TruncHour("hour"))
        .values("at")
        .annotate(most=Sum("differences_max"), since=Subquery(first))
        .order_by("at")
    )
    points = tuple((row["at"], row["most"], row["since"]) for row in rows)
    since = points[0][2] if points else None
    return DayOfDifferences(tuple((at, most) for at, most, _ in points), since)


@dataclass(frozen=True, slots=True)
class Hour:
    """What is counted of one source over an hour; `lags` as diffs.lags counts them."""

    at: datetime
    differences: int
    routes: int
    lags: tuple[int, ...] = ()


def hours_of_day(source_id: int, *, now: datetime) -> tuple[Hour, ...]:
    """Return the hours of the last 24, the oldest first."""
    start = now - timedelta(hours=24)
    rows = HourRollup.objects.filter(source_id=source_id, hour__gte=start).order_by("hour")
    return tuple(Hour(row.hour, row.differences_max, row.routes, tuple(row.lags)) for row in rows)


def last_look_at(source_ids: Iterable[int]) -> datetime | None:
    """Return when any of these sources was last looked at."""
    rows = SourceState.objects.filter(source_id__in=source_ids)
    latest: datetime | None = rows.aggregate(latest=Max("last_look_at"))["latest"]
    return latest
