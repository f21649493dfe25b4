"""The differences of the fleet as the review queue knows them: four queries, whatever their number.

Theory. People see a difference, that is disagreements of one shape; they judge its variants. A
difference is reviewed when each variant that is there now has a verdict that is not past its date.
One that waits for a second person is reviewed: the first has done their part.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from diffs.difference_state import Life, State, state_of
from diffs.formats import FORMATS
from diffs.models import Difference, Occurrence, Review, Variant
from diffs.queries.variants import PRESENT
from diffs.verdicts import is_expired
from rollouts.models import Target

KEPT = timedelta(days=90)
"""For how long what is resolved is listed."""

UNREVIEWED, EXPIRED, WAITING = "unreviewed", "expired", "waits"
STANDINGS = (UNREVIEWED, EXPIRED, WAITING, "bug", "noise", "expected")
"""What is said of a variant, that which needs eyes most first."""

NEEDS_REVIEW = frozenset({UNREVIEWED, EXPIRED})
LABELS = ("behavioural", "cost only", "cosmetic")
"""In the order in which they are reviewed."""


@dataclass(frozen=True, slots=True)
class Group:
    """One difference in the queue.

    Shapes
        tiers       "rollout/tier" of each where it is now, in order
        standings   {what is said: of how many variants that are there now}
    """

    id: int
    name: str
    url: str
    rollout: str
    kind: str
    label: str
    sentence: str
    state: str
    targets: int
    routes: int
    first_seen_at: datetime
    last_seen_at: datetime | None
    owner_id: int | None
    owner: str
    tiers: tuple[str, ...]
    standings: Mapping[str, int]
    noun: str = "route"

    @property
    def variants(self) -> int:
        """Return how many variants are there now."""
        return sum(self.standings.values())

    @property
    def standing(self) -> str:
        """Return what is said of it; where that is not the same of all, what needs eyes most."""
        return next((one for one in STANDINGS if self.standings.get(one)), "")

    @property
    def unreviewed(self) -> int:
        """Return of how many variants nothing is said that counts or waits."""
        return sum(self.standings.get(one, 0) for one in NEEDS_REVIEW)

    @property
    def is_open(self) -> bool:
        """Say whether somebody still has to look at it."""
        return self.unreviewed > 0

    @property
    def is_listed(self) -> bool:
        """Say whether it counts in "14 of 19 reviewed": it is there."""
        return self.variants > 0


def standing_of(review: Review | None, *, now: datetime) -> str:
    """Return what a review says of its variants now: one of STANDINGS."""
    if review is None:
        return UNREVIEWED
    if is_expired(review.given, now):
        return EXPIRED
    return WAITING if review.given.waits else str(review.verdict)


def difference_groups(*, now: datetime, also: int | None = None) -> tuple[Group, ...]:
    """Return all differences that are believed, in the order of the queue.

    Shapes
        also    one that is wanted however long ago it was resolved
    """
    rows = list(_rows(now, also))
    said = _standings(now)
    places = _places()
    groups = (_group(row, said.get(row.pk, {}), places.get(row.pk, ()), now) for row in rows)
    return tuple(sorted(groups, key=_order))


def unreviewed_count(*, now: datetime) -> int:
    """Return how many differences still need eyes, in one query."""
    seen = Occurrence.objects.filter(PRESENT, variant=OuterRef("pk"))
    needs = Q(review=None) | Q(review__until__lte=now)
    rows = Variant.objects.filter(needs, Exists(seen), difference__first_seen_at__isnull=False)
    return rows.values("difference").distinct().count()


def _order(group: Group) -> tuple[int, int, datetime]:
    """Sort by what it does to requests, then by how many targets it is at, then by age."""
    label = group.label.replace("_", " ")
    place = LABELS.index(label) if label in LABELS else len(LABELS)
    return place, -group.targets, group.first_seen_at


def _rows(now: datetime, also: int | None) -> QuerySet[Difference]:
    believed = Difference.objects.filter(first_seen_at__isnull=False)
    recent = believed.filter(Q(gone_at=None) | Q(gone_at__gt=now - KEPT) | Q(pk=also))
    return recent.select_related("owner").order_by("pk")


def _standings(now: datetime) -> dict[int, Counter[str]]:
    """Return what is said of the variants that are there, counted, by difference."""
    seen = Occurrence.objects.filter(PRESENT, variant=OuterRef("pk"))
    rows = (
        Variant.objects.filter(Exists(seen))
        .values_list("difference_id", "review_id")
        .annotate(count=Count("pk"))
        .order_by()
    )
    listed = list(rows)
    reviews = Review.objects.in_bulk({review for _, review, _ in listed if review is not None})
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for difference, review, count in listed:
        found[difference][standing_of(reviews.get(review), now=now)] += count
    return found


def _places() -> dict[int, tuple[str, ...]]:
    """Return in which tiers each difference is now."""
    pairs = (
        Occurrence.objects.filter(PRESENT, variant__isnull=False)
        .order_by()
        .values_list("variant__difference_id", "source__target__tier_id")
        .distinct()
    )
    listed = list(pairs)
    names = _tier_names(tier for _, tier in listed)
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for difference, tier in listed:
        if tier in names:
            found[difference].append(names[tier])
    return {key: tuple(name for _, name in sorted(ranked)) for key, ranked in found.items()}


def _tier_names(tiers: Iterable[int | None]) -> dict[int, tuple[int, str]]:
    """Return (rank, "rollout/tier") of tiers that have living targets."""
    wanted = {tier for tier in tiers if tier is not None}
    if not wanted:
        return {}
    rows = Target.objects.filter(tier__in=wanted, removed_at=None).order_by()
    named = rows.values_list("tier_id", "tier__rank", "tier__rollout__key", "tier__name")
    return {tier: (rank, f"{rollout}/{name}") for tier, rank, rollout, name in named.distinct()}


def _group(
    row: Difference, standings: Mapping[str, int], tiers: tuple[str, ...], now: datetime
) -> Group:
    first_seen_at = row.first_seen_at or now
    life = Life(first_seen_at, row.spread_at, row.gone_at, row.returned_at)
    state = state_of(life, now=now)
    return Group(
        id=row.pk,
        name=row.name,
        url=reverse("difference", args=[row.pk]),
        rollout=row.rollout,
        kind=row.kind,
        label=row.label,
        sentence=row.sentence,
        state=state,
        targets=row.targets if state is not State.RESOLVED else 0,
        routes=row.routes if state is not State.RESOLVED else 0,
        first_seen_at=first_seen_at,
        last_seen_at=row.last_seen_at,
        owner_id=row.owner_id,
        owner=row.owner.get_username() if row.owner else "",
        tiers=tiers,
        standings=standings,
        noun=FORMATS[row.format].words.noun,
    )
