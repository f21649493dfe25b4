"""What of a rollout's differences is news: those nobody was told of, gone ones, returned ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from diffs.queries.confirmed_differences import (
    Sighting,
    confirmed_differences,
    fewest_looks,
    sightings,
    unexpected,
)
from rollouts.machine import Mode
from rollouts.models import Rollout, Target, ToldDifference

MOST = 20_000
"""Sightings read at once; a fleet that differs in more is told of as a whole."""


@dataclass(frozen=True, slots=True)
class News:
    """What one round finds.

    Shapes
        fresh           differences that nobody was told of, the first confirmed first
        compared        {source: target} of those that count: compared and not set aside
        fewest_looks    how often the one of them was looked at that was looked at least
    """

    fresh: list[Sighting]
    compared: dict[int, Target]
    fewest_looks: int

    @property
    def is_cut(self) -> bool:
        """Say whether there is more than was read."""
        return len(self.fresh) >= MOST


def fresh_differences(rollout: Rollout, *, now: datetime) -> News:
    """Return what people do not know yet of a rollout."""
    rows = Target.objects.filter(rollout=rollout, removed_at=None).exclude(mode=Mode.OFF)
    counted = rows.filter(Q(set_aside_until=None) | Q(set_aside_until__lte=now))
    compared = {
        target.source_id: target
        for target in counted.select_related("cluster", "tier__rollout").order_by("key")
    }
    told = ToldDifference.objects.filter(rollout=rollout)
    known = told.filter(Q(digest=OuterRef("finding_id")) | Q(digest=OuterRef("variant__exact")))
    present = unexpected(confirmed_differences(list(compared)), now=now)
    unknown = present.exclude(Exists(known))
    return News(sightings(unknown, limit=MOST), compared, fewest_looks(list(compared)))


def newly_gone(rollout: Rollout) -> list[int]:
    """Return the ids of told differences that are seen nowhere and were when last asked."""
    rows = ToldDifference.objects.filter(rollout=rollout, resolved_at=None, gone_at=None)
    return list(rows.exclude(_is_present(rollout)).values_list("pk", flat=True)[:MOST])


def seen_again(rollout: Rollout) -> list[ToldDifference]:
    """Return told differences that were gone, told so or not, and are there."""
    rows = ToldDifference.objects.filter(rollout=rollout, gone_at__isnull=False)
    return list(rows.filter(_is_present(rollout)).order_by("thread", "key")[:MOST])


def long_gone(rollout: Rollout) -> list[ToldDifference]:
    """Return differences that are gone and were not told to be, those gone longest first."""
    rows = ToldDifference.objects.filter(rollout=rollout, resolved_at=None, gone_at__isnull=False)
    return list(rows.order_by("gone_at", "key")[:MOST])


def present_of(thread: str, rollout: Rollout) -> int:
    """Return how many differences of a thread are there still."""
    rows = ToldDifference.objects.filter(rollout=rollout, thread=thread, resolved_at=None)
    return rows.filter(gone_at=None).count()


def _is_present(rollout: Rollout) -> Exists:
    """Return the condition that a told difference is at any target, set aside or not."""
    sources = Target.objects.filter(rollout=rollout, removed_at=None).values("source_id")
    rows = confirmed_differences(sources)  # type: ignore[arg-type]  # a subquery
    name = OuterRef("digest")
    return Exists(rows.filter(Q(finding_id=name) | Q(variant__exact=name)))
