"""The overview: every tier of every rollout in order, and what asks for a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from diffs.queries.source_history import differences_by_hour
from rollouts.models import Rollout
from rollouts.queries.target_rows import TargetRow, living_targets, target_rows
from rollouts.queries.tier_summary import TierSummary, tier_summary

ASKING_SHOWN = 8


@dataclass(frozen=True, slots=True)
class TierRow:
    """One tier in the table."""

    name: str
    url: str
    is_production: bool
    summary: TierSummary


@dataclass(frozen=True, slots=True)
class RolloutSection:
    """One rollout with its tiers in order."""

    key: str
    title: str
    tiers: tuple[TierRow, ...]
    targets: int
    routes: int
    interval_seconds: int


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """All that the overview prints; `asking` are the targets that need a person, worst first."""

    rollouts: tuple[RolloutSection, ...]
    asking: tuple[TargetRow, ...]
    asking_count: int
    differences: tuple[tuple[datetime, int], ...]
    targets: int


def overview_page(*, now: datetime) -> OverviewPage:
    """Return the overview, in a fixed number of queries whatever the size of the fleet."""
    rows = target_rows(living_targets().order_by("key"), now=now)
    by_tier: dict[int, list[TargetRow]] = defaultdict(list)
    for row in rows:
        by_tier[row.tier_id].append(row)
    rollouts = Rollout.objects.filter(removed_at=None).prefetch_related("tiers")
    sections = tuple(_section(rollout, by_tier) for rollout in rollouts)
    asking = [
        row for section in sections for tier in section.tiers for row in tier.summary.blockers
    ]
    sources = [row.facts.source_id for row in rows]
    return OverviewPage(
        rollouts=sections,
        asking=tuple(asking[:ASKING_SHOWN]),
        asking_count=len(asking),
        differences=differences_by_hour(sources, now=now),
        targets=len(rows),
    )


def _section(rollout: Rollout, by_tier: dict[int, list[TargetRow]]) -> RolloutSection:
    """Return one rollout's part."""
    tiers = tuple(
        TierRow(
            name=tier.name,
            url=reverse("tier", args=[rollout.key, tier.name]),
            is_production=tier.is_production,
            summary=tier_summary(by_tier[tier.pk], tier.policy),
        )
        for tier in rollout.tiers.all()
        if tier.removed_at is None
    )
    rows = [row for tier in rollout.tiers.all() for row in by_tier[tier.pk]]
    return RolloutSection(
        key=rollout.key,
        title=rollout.title,
        tiers=tiers,
        targets=len(rows),
        routes=sum(row.facts.total for row in rows if row.is_compared),
        interval_seconds=int(rollout.evidence.get("interval_seconds", 0)),
    )
