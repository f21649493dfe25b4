"""The differences that are there now and believed, over many sources."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from diffs.models import Occurrence, SourceState
from diffs.verdicts import Verdict

NAME = Coalesce(F("variant__exact"), F("finding_id"))
"""By what a difference is known over the fleet."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One difference at one source.

    Shapes
        digest      its exact fingerprint, the same wherever it appears; that of its finding until
                    it has one
    """

    digest: str
    key: str
    kind: str
    source_id: int
    confirmed_at: datetime


def confirmed_differences(source_ids: Collection[int]) -> QuerySet[Occurrence]:
    """Return the confirmed differences of the last comparisons of these sources."""
    rows = Occurrence.objects.filter(source_id__in=source_ids, resolved_at=None)
    return rows.exclude(confirmed_at=None)


def unexpected(rows: QuerySet[Occurrence], *, now: datetime) -> QuerySet[Occurrence]:
    """Return rows of `confirmed_differences` without those that people expect: they know them."""
    agreed = Q(variant__review__needs_second=False) | Q(variant__review__seconded_by__isnull=False)
    in_force = Q(
        variant__review__verdict=Verdict.EXPECTED,
        variant__review__until__gt=now,
    )
    return rows.exclude(pk__in=rows.filter(in_force & agreed).values("pk"))


def sightings(rows: QuerySet[Occurrence], *, limit: int) -> list[Sighting]:
    """Return rows of `confirmed_differences` as values, the first confirmed first."""
    named = rows.annotate(name=NAME)
    ordered = named.order_by("confirmed_at", "name", "source_id")
    columns = ("name", "key", "finding__kind", "source_id", "confirmed_at")
    return [Sighting(*row) for row in ordered.values_list(*columns)[:limit]]


def fewest_looks(source_ids: Collection[int]) -> int:
    """Return how often the source was looked at that was looked at least; 0 without any."""
    rows = SourceState.objects.filter(source_id__in=source_ids)
    fewest: int | None = rows.aggregate(fewest=Min("looks"))["fewest"]
    return fewest or 0
