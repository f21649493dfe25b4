"""The variants of differences that are there now: those that some source shows and is believed."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from diffs.models import Occurrence, Variant
from diffs.models.source import Reads

PRESENT = Q(resolved_at=None, confirmed_at__isnull=False, source__reads=Reads.BOTH)
"""An occurrence that the last comparison of its source showed, and that is believed."""


def present_variants(difference_id: int) -> QuerySet[Variant]:
    """Return the variants of a difference that are there now, with what counts of each."""
    seen = Occurrence.objects.filter(PRESENT, variant=OuterRef("pk"))
    rows = Variant.objects.filter(Exists(seen), difference=difference_id)
    return rows.select_related("review").order_by("pk")


def sources_with(difference_id: int) -> list[int]:
    """Return the ids of the sources that show a difference now."""
    rows = Occurrence.objects.filter(PRESENT, variant__difference=difference_id)
    return sorted(rows.order_by().values_list("source_id", flat=True).distinct())


def differences_of(exacts: Collection[str], *, rollout: str) -> set[int]:
    """Return the differences of a rollout whose variants have these exact fingerprints."""
    rows = Variant.objects.filter(
        exact__in=exacts, difference__rollout=rollout, difference__first_seen_at__isnull=False
    )
    return set(rows.order_by().values_list("difference_id", flat=True).distinct())
