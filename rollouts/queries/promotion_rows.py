"""Promotions as lists print them: what each moves, where it stands, whom it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.urls import reverse

from rollouts.machine import OPEN, State
from rollouts.models import Promotion, Tier
from rollouts.queries.open_promotions import Waiting, described, waiting
from rollouts.queries.promotion_words import shown_state

PAGE_SIZE = 25
OF_A_TIER = 8
"""How many of its last promotions a tier's page shows."""

GROUPS: dict[str, tuple[State, ...]] = {
    "open": OPEN,
    "done": (State.DONE,),
    "failed": (State.FAILED,),
    "ended": (
        State.REJECTED,
        State.WITHDRAWN,
        State.EXPIRED,
        State.OUTDATED,
        State.SUPERSEDED,
    ),
}
"""By what a list can be narrowed."""


@dataclass(frozen=True, slots=True)
class PromotionRow:
    """One promotion in a list.

    Shapes
        words       why it ended, or what it waits for
    """

    name: str
    url: str
    tier_name: str
    tier_url: str
    rollout_key: str
    kind: str
    from_mode: str
    to_mode: str
    state: str
    state_at: datetime
    requested_by: str
    targets: int
    words: str


@dataclass(frozen=True, slots=True)
class PromotionFilter:
    """What of the promotions is shown, as the address says it."""

    group: str = ""
    rollout: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class PromotionsPage:
    """All that the list of promotions prints.

    Shapes
        groups      (name, how many) of each group of states
        rollouts    the keys of the rollouts that have any
    """

    rows: Page[PromotionRow]
    groups: tuple[tuple[str, int], ...]
    rollouts: tuple[str, ...]
    total: int
    shown: PromotionFilter


def promotions_page(shown: PromotionFilter) -> PromotionsPage:
    """Return one page of promotions, the newest first; a filter nobody knows shows all."""
    all_rows = Promotion.objects.order_by("-pk")
    keys = all_rows.order_by().values_list("tier__rollout__key", flat=True).distinct()
    rollouts = tuple(sorted(keys))
    if shown.rollout in rollouts:
        all_rows = all_rows.filter(tier__rollout__key=shown.rollout)
    counted = all_rows.order_by().values("state").annotate(count=Count("pk"))
    by_state = dict(counted.values_list("state", "count"))
    groups = tuple(
        (name, sum(by_state.get(state, 0) for state in states)) for name, states in GROUPS.items()
    )
    kept = all_rows.filter(state__in=GROUPS[shown.group]) if shown.group in GROUPS else all_rows
    paginator: Paginator[Promotion] = Paginator(described(kept), PAGE_SIZE)
    page = paginator.get_page(shown.page)
    listed = promotion_rows(list(page.object_list))
    return PromotionsPage(
        rows=Page(listed, page.number, paginator),  # type: ignore[arg-type]  # rows of rows
        groups=groups,
        rollouts=rollouts,
        total=sum(by_state.values()),
        shown=shown,
    )


def last_promotions(tier: Tier) -> list[Promotion]:
    """Return the last promotions of a tier, the newest first; an open one is the newest."""
    rows = described(Promotion.objects.filter(tier=tier).order_by("-pk"))
    return list(rows[:OF_A_TIER])


def promotion_rows(
    rows: Sequence[Promotion], open_ones: Sequence[Waiting] | None = None
) -> list[PromotionRow]:
    """Return what a list prints of rows that came from `described`.

    Shapes
        open_ones   what the open ones among them wait for, where a page has it already
    """
    if open_ones is None:
        open_ones = waiting([row for row in rows if row.state in OPEN])
    words = {one.id: one.for_whom for one in open_ones}
    return [_row(row, words.get(row.pk) or row.state_reason) for row in rows]


def _row(row: Promotion, words: str) -> PromotionRow:
    tier = row.tier
    return PromotionRow(
        name=row.name,
        url=reverse("promotion", args=[row.pk]),
        tier_name=tier.name,
        tier_url=reverse("tier", args=[tier.rollout.key, tier.name]),
        rollout_key=tier.rollout.key,
        kind=row.kind,
        from_mode=row.from_mode,
        to_mode=row.to_mode,
        state=shown_state(row),
        state_at=row.state_at,
        requested_by=row.requested_by.username,
        targets=int(getattr(row, "member_count", 0)),
        words=words,
    )
