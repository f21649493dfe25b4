"""The page of a tier: what it has proven, what stands in the way, and its targets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator

from rollouts.models import Tier
from rollouts.queries.target_rows import LoadedTier, TargetRow
from rollouts.queries.target_state import NEEDS_A_PERSON
from rollouts.queries.tier_summary import TierSummary, tier_summary

PAGE_SIZE = 50
SORTS = ("name", "state", "clean", "differences", "last_look")


@dataclass(frozen=True, slots=True)
class TierFilter:
    """What of a tier's targets is shown, as the address says it."""

    state: str = ""
    search: str = ""
    sort: str = "state"
    page: int = 1


@dataclass(frozen=True, slots=True)
class TierPage:
    """All that a tier's page prints."""

    name: str
    rollout_key: str
    rollout_title: str
    is_production: bool
    summary: TierSummary
    rows: Page[TargetRow]
    states: tuple[tuple[str, int], ...]
    set_aside: tuple[TargetRow, ...]
    shown: TierFilter
    policy: dict[str, object]
    noun: str
    mode_since: datetime | None


def tier_page(tier: Tier, shown: TierFilter, loaded: LoadedTier) -> TierPage:
    """Return a tier's page; a sort or state that does not exist is passed over."""
    rows = loaded.rows
    counted = Counter("set_aside" if row.is_set_aside else row.state for row in rows)
    kept = [row for row in rows if _is_shown(row, shown)]
    kept.sort(key=lambda row: _place(row, shown.sort))
    return TierPage(
        name=tier.name,
        rollout_key=tier.rollout.key,
        rollout_title=tier.rollout.title if tier.rollout.title != tier.rollout.key else "",
        is_production=tier.is_production,
        summary=tier_summary(rows, tier.policy),
        rows=Paginator(kept, PAGE_SIZE).get_page(shown.page),
        states=tuple(counted.items()),
        set_aside=tuple(row for row in rows if row.is_set_aside),
        shown=shown,
        noun=next((row.facts.noun for row in rows), "route"),
        policy=tier.policy,
        mode_since=max((one.mode_since for one in loaded.targets if one.mode_since), default=None),
    )


def _is_shown(row: TargetRow, shown: TierFilter) -> bool:
    """Say whether a row passes the filter."""
    states = ("set_aside",) if row.is_set_aside else (row.state, row.seen_state)
    is_found = shown.search.lower() in f"{row.name} {row.key}".lower()
    return is_found and (not shown.state or shown.state in states)


_URGENCY = (*NEEDS_A_PERSON, "unseen", "unconfirmed")


def _urgency(row: TargetRow) -> int:
    """Return how far down a row stands when the worst come first; what is set aside comes last."""
    if row.is_set_aside:
        return len(_URGENCY) + 1
    return _URGENCY.index(row.seen_state) if row.seen_state in _URGENCY else len(_URGENCY)


def _place(row: TargetRow, sort: str) -> tuple[float, str]:
    """Return what a row is sorted by; the name decides between equals."""
    facts = row.facts
    by = {
        "state": _urgency(row),
        "clean": facts.clean_seconds,
        "differences": -facts.differences,
        "last_look": facts.last_look_at.timestamp() if facts.last_look_at else 0.0,
    }
    return by.get(sort, 0.0), row.name
