"""The review queue: which differences an address asks for, and how far the review is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Q

from diffs.difference_state import State
from diffs.models import Variant
from rollouts.queries.difference_groups import (
    LABELS,
    STANDINGS,
    Group,
    difference_groups,
)

PAGE_SIZE = 25
MINE, NOBODY = "mine", "nobody"
FACETS = ("rollout", "tier", "state", "kind", "label", "verdict", "owner")


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What an address asks for; "" is all, but of states: all that are not resolved."""

    rollout: str = ""
    tier: str = ""
    state: str = ""
    kind: str = ""
    label: str = ""
    verdict: str = ""
    owner: str = ""
    search: str = ""
    page: int = 1

    @property
    def is_any(self) -> bool:
        """Say whether it leaves anything out."""
        return any(getattr(self, name) for name in FACETS) or bool(self.search)


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of one filter, and how many differences it would show."""

    value: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """All that the queue prints.

    Shapes
        everything      all differences, whatever is asked for; `groups` those that are
        facets          (name, its values with counts), only those that part anything
        reviewed        of `listed` that are there and match, how many are reviewed
        next_open       the first that still needs eyes, None where none does
    """

    shown: QueueFilter
    everything: tuple[Group, ...]
    groups: tuple[Group, ...]
    pages: Page[Group]
    facets: tuple[tuple[str, tuple[Facet, ...]], ...]
    reviewed: int
    listed: int
    next_open: Group | None
    total: int

    @property
    def open(self) -> int:
        """Return how many still need eyes."""
        return self.listed - self.reviewed


def difference_queue(
    shown: QueueFilter, *, viewer_id: int, now: datetime, also: int | None = None
) -> QueuePage:
    """Return the queue as one person asks for it; `also` as in difference_groups."""
    everything = difference_groups(now=now, also=also)
    named = _named(shown.search)
    found = [group for group in everything if _is_named(group, shown.search, named)]
    groups = tuple(group for group in found if _matches(group, shown, viewer_id))
    there = [group for group in groups if group.is_listed]
    return QueuePage(
        shown=shown,
        everything=everything,
        groups=groups,
        pages=Paginator(groups, PAGE_SIZE).get_page(shown.page),
        facets=tuple(_facets(found, shown, viewer_id)),
        reviewed=sum(not group.is_open for group in there),
        listed=len(there),
        next_open=next((group for group in groups if group.is_open), None),
        total=sum(group.state != State.RESOLVED for group in everything),
    )


def next_open_after(groups: Iterable[Group], place: int) -> Group | None:
    """Return the next that needs eyes after one of them, from the beginning again at the end."""
    listed = list(groups)
    at = next((i for i, group in enumerate(listed) if group.id == place), -1)
    rest = (*listed[at + 1 :], *listed[: max(at, 0)])
    return next((group for group in rest if group.is_open), None)


def _named(search: str) -> set[int]:
    """Return the differences of which a variant has the words in its route or its sentence."""
    if not search:
        return set()
    rows = Variant.objects.filter(Q(key__icontains=search) | Q(sentence__icontains=search))
    return set(rows.order_by().values_list("difference_id", flat=True).distinct())


def _is_named(group: Group, search: str, named: set[int]) -> bool:
    words = search.lower()
    return (
        not words
        or group.id in named
        or words in group.sentence.lower()
        or words == group.name.lower()
    )


def _values(viewer_id: int) -> dict[str, Callable[[Group], tuple[str, ...]]]:
    """Return, by facet, which of its values a difference has."""
    return {
        "rollout": lambda group: (group.rollout,),
        "tier": lambda group: group.tiers,
        "state": lambda group: (str(group.state),),
        "kind": lambda group: (group.kind,),
        "label": lambda group: (group.label,),
        "verdict": lambda group: tuple(one for one in STANDINGS if group.standings.get(one)),
        "owner": lambda group: (
            (MINE,) if group.owner_id == viewer_id else () if group.owner_id else (NOBODY,)
        ),
    }


def _matches(group: Group, shown: QueueFilter, viewer_id: int) -> bool:
    """Say whether a difference is asked for; what is resolved only where that is asked for."""
    if not shown.state and group.state == State.RESOLVED:
        return False
    values = _values(viewer_id)
    wanted = ((name, getattr(shown, name)) for name in FACETS)
    return all(not value or value in values[name](group) for name, value in wanted)


def _facets(
    groups: list[Group], shown: QueueFilter, viewer_id: int
) -> Iterator[tuple[str, tuple[Facet, ...]]]:
    """Yield the filters that part anything; each counts under all the others."""
    values = _values(viewer_id)
    for name in FACETS:
        others = _without(shown, name)
        rows = [group for group in groups if _matches_but_state(group, others, viewer_id, name)]
        counts = Counter(value for group in rows for value in values[name](group))
        chosen = getattr(shown, name)
        if chosen and chosen not in counts:
            counts[chosen] = 0
        if len(counts) > 1 or chosen:
            yield (
                name,
                tuple(
                    Facet(value, counts[value], value == chosen)
                    for value in sorted(counts, key=_rank(name))
                ),
            )


def _without(shown: QueueFilter, name: str) -> QueueFilter:
    """Return what an address asks for, one of its filters taken away."""
    kept = {other: getattr(shown, other) for other in (*FACETS, "search") if other != name}
    return QueueFilter(**kept)


def _matches_but_state(group: Group, shown: QueueFilter, viewer_id: int, name: str) -> bool:
    """Say whether a difference counts in a facet; that of states counts what is resolved too."""
    if name == "state" and group.state == State.RESOLVED:
        return _matches(group, replace(shown, state=State.RESOLVED), viewer_id)
    return _matches(group, shown, viewer_id)


def _rank(name: str) -> Callable[[str], tuple[int, str]]:
    """Return in which order the values of a facet stand."""
    orders: dict[str, tuple[str, ...]] = {
        "state": tuple(str(state) for state in State),
        "label": LABELS,
        "verdict": STANDINGS,
        "owner": (MINE, NOBODY),
    }
    order = orders.get(name, ())
    return lambda value: (order.index(value) if value in order else len(order), value)
