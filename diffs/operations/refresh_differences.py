"""Bring every difference in step with where it is now: how many show it, since when, what is news.

Theory. Looks name what they see; what that comes to over the fleet is counted here, every few
seconds and for all at once, so that looks wait for nobody. A difference counts where both sides are
read: what a source showed before it was switched off is no news.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Min, Q

from diffs.difference_state import GONE, SETTLED
from diffs.models import Difference, Occurrence, Source
from diffs.models.source import Reads

BATCH = 200
COLUMNS = (
    "targets",
    "routes",
    "widest",
    "rank",
    "first_seen_at",
    "last_seen_at",
    "spread_at",
    "gone_at",
    "returned_at",
)
FRESH = timedelta(minutes=1)
"""That something is still there is written no more often than this."""


@dataclass(slots=True)
class Presence:
    """Where a difference is now."""

    first_seen_at: datetime
    last_seen_at: datetime
    routes: int = 0
    targets: set[int] = field(default_factory=set)
    rank: int = 0


def refresh_differences(*, now: datetime) -> int:
    """Write what changed of the differences; return of how many."""
    present = present_differences()
    open_rows = Q(first_seen_at__isnull=False, gone_at=None) | Q(pk__in=list(present))
    keys = sorted(Difference.objects.filter(open_rows).values_list("pk", flat=True))
    return sum(
        _refresh(keys[start : start + BATCH], present, now) for start in range(0, len(keys), BATCH)
    )


def present_differences() -> dict[int, Presence]:
    """Return {difference id: where it is} of all that some source shows and is believed."""
    ranks = {
        pk: int(labels.get("rank", 0))
        for pk, labels in Source.objects.filter(reads=Reads.BOTH).values_list("pk", "labels")
    }
    rows = Occurrence.objects.filter(
        resolved_at=None,
        confirmed_at__isnull=False,
        variant__isnull=False,
        source__reads=Reads.BOTH,
    )
    counted = rows.values_list("variant__difference_id", "source_id").annotate(
        routes=Count("pk"), first=Min("confirmed_at"), last=Max("last_seen_at")
    )
    found: dict[int, Presence] = {}
    for difference_id, source_id, routes, first, last in counted.order_by():
        one = found.setdefault(difference_id, Presence(first, last))
        one.routes += routes
        one.targets.add(source_id)
        one.first_seen_at = min(one.first_seen_at, first)
        one.last_seen_at = max(one.last_seen_at, last)
        one.rank = max(one.rank, ranks.get(source_id, 0))
    return found


def _refresh(keys: Iterable[int], present: Mapping[int, Presence], now: datetime) -> int:
    """Write some differences, locked in the order of their ids."""
    changed = []
    with transaction.atomic():
        rows = Difference.objects.select_for_update().filter(pk__in=list(keys)).order_by("pk")
        for row in rows:
            before = [getattr(row, column) for column in COLUMNS]
            here = present.get(row.pk)
            if here is None:
                _gone(row, now)
            else:
                _here(row, here, now)
            if [getattr(row, column) for column in COLUMNS] != before:
                changed.append(row)
        Difference.objects.bulk_update(changed, COLUMNS, batch_size=BATCH)
    return len(changed)


def _gone(row: Difference, now: datetime) -> None:
    row.targets = row.routes = 0
    row.gone_at = row.gone_at or now


def _here(row: Difference, here: Presence, now: datetime) -> None:
    """Follow a difference that is there: has it come back, has it spread?"""
    if row.gone_at is not None and now - row.gone_at >= GONE:
        row.returned_at = now
    row.gone_at = None
    row.first_seen_at = row.first_seen_at or here.first_seen_at
    is_wider = len(here.targets) > row.widest or here.rank > row.rank
    if row.widest and is_wider and now - row.first_seen_at > SETTLED:
        row.spread_at = now
    row.targets, row.routes = len(here.targets), here.routes
    row.widest, row.rank = max(row.widest, row.targets), max(row.rank, here.rank)
    if row.last_seen_at is None or here.last_seen_at - row.last_seen_at >= FRESH:
        row.last_seen_at = here.last_seen_at
