"""Where a difference is: targets with their routes, those that joined later, those that left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min
from django.urls import reverse

from diffs.difference_state import SETTLED
from diffs.models import Difference, Occurrence, Review
from diffs.queries.variants import PRESENT
from diffs.verdicts import is_expired
from rollouts.models import Target
from rollouts.queries.target_rows import name_of

LISTED = 60
ROUTES = 12
LEFT = 30


@dataclass(frozen=True, slots=True)
class Place:
    """One target that shows a difference.

    Shapes
        at          an occurrence of it, for the address
        route       the first of its routes; `more` is how many others it has
        joined_at   since when, where it came after what was said, or well after the first did
    """

    key: str
    name: str
    tier: str
    url: str
    at: int
    route: str
    more: int
    joined_at: datetime | None
    is_held_out: bool


@dataclass(frozen=True, slots=True)
class LeftPlace:
    """One target that showed a difference and no longer does."""

    name: str
    url: str
    left_at: datetime


@dataclass(frozen=True, slots=True)
class Places:
    """Where a difference is, and where it was.

    Shapes
        targets, routes     how many there are, also of those that are not listed
        sources             {id of a source: its target} of all that are there
    """

    listed: tuple[Place, ...]
    targets: int
    routes: int
    left: tuple[LeftPlace, ...]
    sources: Mapping[int, Target]


def difference_places(
    difference: Difference, reviews: Iterable[Review], *, now: datetime
) -> Places:
    """Return where a difference is, in the order in which it came there.

    Shapes
        reviews     those that count for its variants
    """
    counting = [one for one in reviews if not is_expired(one.given, now)]
    since = max((one.at for one in counting), default=None)
    later = since or ((difference.first_seen_at or now) + SETTLED)
    held_out = {key for one in counting for key in one.held_out}
    there = Occurrence.objects.filter(PRESENT, variant__difference=difference)
    rows = (
        there.order_by()
        .values_list("source_id")
        .annotate(first=Min("first_seen_at"), count=Count("pk"), at=Min("pk"), key=Min("key"))
        .order_by("first", "at")
    )
    listed = list(rows)
    left = _left(difference, {source for source, *_ in listed})
    targets = _targets([*(source for source, *_ in listed), *left])
    places = [
        _place(targets[source], (first, count, at, key), later, held_out)
        for source, first, count, at, key in listed
        if source in targets
    ]
    return Places(
        listed=tuple(places[:LISTED]),
        targets=len(places),
        routes=sum(count for source, _, count, *_ in listed if source in targets),
        left=tuple(
            LeftPlace(name_of(targets[one]), _url(targets[one]), at)
            for one, at in left.items()
            if one in targets
        ),
        sources={source: targets[source] for source, *_ in listed if source in targets},
    )


def routes_at(difference: Difference, source_id: int) -> tuple[tuple[int, str], ...]:
    """Return (occurrence, route) of the first routes of a source that show a difference."""
    there = Occurrence.objects.filter(PRESENT, variant__difference=difference, source_id=source_id)
    return tuple(there.order_by("key", "pk").values_list("pk", "key")[:ROUTES])


def _left(difference: Difference, there: set[int]) -> dict[int, datetime]:
    """Return the sources that no longer show it, and when each last did; the latest first."""
    gone = Occurrence.objects.filter(
        variant__difference=difference, resolved_at__isnull=False, confirmed_at__isnull=False
    )
    rows = gone.order_by().values_list("source_id").annotate(at=Max("resolved_at"))
    latest = rows.exclude(source_id__in=there).order_by("-at")[:LEFT]
    return dict(latest)


def _targets(sources: list[int]) -> dict[int, Target]:
    rows = Target.objects.filter(source_id__in=sources, removed_at=None)
    return {row.source_id: row for row in rows.select_related("cluster", "tier", "rollout")}


def _place(
    target: Target,
    seen: tuple[datetime, int, int, str],
    later: datetime,
    held_out: set[str],
) -> Place:
    first, count, at, key = seen
    return Place(
        key=target.key,
        name=name_of(target),
        tier=f"{target.rollout.key}/{target.tier.name}",
        url=_url(target),
        at=at,
        route=key,
        more=count - 1,
        joined_at=first if first > later else None,
        is_held_out=target.key in held_out,
    )


def _url(target: Target) -> str:
    return reverse("target", args=[target.pk])


def keys_and_names(difference: Difference) -> list[tuple[str, str]]:
    """Return (key, name) of the targets that show a difference now."""
    sources = Occurrence.objects.filter(PRESENT, variant__difference=difference).order_by()
    rows = Target.objects.filter(source__in=sources.values("source"), removed_at=None)
    return [(row.key, name_of(row)) for row in rows.select_related("cluster").order_by("key")]
