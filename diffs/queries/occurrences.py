"""The differences of one source, present ones first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from diffs.models import Occurrence


@dataclass(frozen=True, slots=True)
class OccurrenceRow:
    """One difference of a source in a list.

    `difference` is the id of what it is over the fleet, None until it was seen twice.
    """

    id: int
    key: str
    kind: str
    first_seen_at: datetime
    last_seen_at: datetime
    seen_looks: int
    is_confirmed: bool
    difference: int | None = None


@dataclass(frozen=True, slots=True)
class OccurrenceText:
    """One difference with both canonical texts; "" on a side that has no such route."""

    row: OccurrenceRow
    left: str
    right: str


def present_occurrences(
    source_id: int, *, search: str = "", kind: str = ""
) -> QuerySet[Occurrence]:
    """Return the differences of the last comparison, confirmed ones first, then by route id."""
    rows = Occurrence.objects.filter(source_id=source_id, resolved_at=None)
    if search:
        rows = rows.filter(key__icontains=search)
    if kind:
        rows = rows.filter(finding__kind=kind)
    is_unconfirmed = ExpressionWrapper(Q(confirmed_at=None), output_field=BooleanField())
    ordered = rows.annotate(is_unconfirmed=is_unconfirmed).order_by("is_unconfirmed", "key")
    return ordered.select_related("finding", "variant")


def kinds_of(source_id: int) -> dict[str, int]:
    """Return how many present differences there are of each kind."""
    rows = Occurrence.objects.filter(source_id=source_id, resolved_at=None)
    counted = rows.values_list("finding__kind").annotate(count=Count("pk")).order_by("-count")
    return dict(counted)


def row_of(occurrence: Occurrence) -> OccurrenceRow:
    """Return what a list prints of an occurrence."""
    return OccurrenceRow(
        id=occurrence.pk,
        key=occurrence.key,
        kind=occurrence.finding.kind,
        first_seen_at=occurrence.first_seen_at,
        last_seen_at=occurrence.last_seen_at,
        seen_looks=occurrence.seen_looks,
        is_confirmed=occurrence.confirmed_at is not None,
        difference=occurrence.variant.difference_id if occurrence.variant else None,
    )


def text_of(occurrence: Occurrence) -> OccurrenceText:
    """Return an occurrence with both texts."""
    return OccurrenceText(row_of(occurrence), occurrence.finding.left, occurrence.finding.right)
