"""The differences that are there now and believed, over many sources."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, QuerySet

from diffs.models import Occurrence, SourceState


@dataclass(frozen=True, slots=True)
class Sighting:
    """One finding at one source."""

    digest: str
    key: str
    kind: str
    source_id: int
    confirmed_at: datetime


def confirmed_differences(source_ids: Collection[int]) -> QuerySet[Occurrence]:
    """Return the confirmed differences of the last comparisons of these sources."""
    rows = Occurrence.objects.filter(source_id__in=source_ids, resolved_at=None)
    return rows.exclude(confirmed_at=None)


def sightings(rows: QuerySet[Occurrence], *, limit: int) -> list[Sighting]:
    """Return rows of `confirmed_differences` as values, the first confirmed first."""
    ordered = rows.order_by("confirmed_at", "finding_id", "source_id")
    columns = ("finding_id", "key", "finding__kind", "source_id", "confirmed_at")
    return [Sighting(*row) for row in ordered.values_list(*columns)[:limit]]


def fewest_looks(source_ids: Collection[int]) -> int:
    """Return how often the source was looked at that was looked at least; 0 without any."""
    rows = SourceState.objects.filter(source_id__in=source_ids)
    fewest: int | None = rows.aggregate(fewest=Min("looks"))["fewest"]
    return fewest or 0
