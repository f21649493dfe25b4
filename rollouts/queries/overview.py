"""The overview: every tier of every rollout in order, and what asks for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from diffs.queries.source_history import differences_by_hour
from rollouts.models import Rollout
from rollouts.queries.fleet import Fleet, FleetTier
from rollouts.queries.next_steps import NextStep
from rollouts.queries.target_rows import TargetRow
from rollouts.queries.target_state import NEEDS_A_PERSON
from rollouts.queries.tier_summary import TierSummary, tier_summary

ASKING_SHOWN = 8

_ORDER = {state: place for place, state in enumerate(NEEDS_A_PERSON)}


@dataclass(frozen=True, slots=True)
class TierRow:
    """One tier in the table."""

    name: str
    url: str
    is_production: bool
    summary: TierSummary
    step: NextStep


@dataclass(frozen=True, slots=True)
class RolloutSection:
    """One rollout with its tiers in order."""

    key: str
    title: str
    tiers: tuple[TierRow, ...]
    targets: int
    routes: int
    interval_seconds: int
    noun: str


@dataclass(frozen=True, slots=True)
class Asking:
    """A target that needs a person, with the tier where it stands.

    `tier` has the rollout's name before it where there are several rollouts.
    """

    tier: str
    row: TargetRow


@dataclass(frozen=True, slots=True)
class MoreAsking:
    """How many more targets of a tier need a person."""

    tier: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """All that the overview prints.

    `asking` are the targets that need a person, worst first and of those the tiers in turn; of
    those beyond, `asking_more` says how many each tier has. `unseen` counts targets without a first
    look, `is_blind` says that nobody looks, `since` when the first look was.
    """

    rollouts: tuple[RolloutSection, ...]
    asking: tuple[Asking, ...]
    asking_count: int
    asking_more: tuple[MoreAsking, ...]
    differences: tuple[tuple[datetime, int], ...]
    since: datetime | None
    targets: int
    unseen: int
    is_blind: bool


def overview_page(fleet: Fleet, *, now: datetime, is_watched: bool) -> OverviewPage:
    """Return the overview, in a fixed number of queries whatever the size of the fleet."""
    rows = fleet.rows
    sections = tuple(_section(rollout, tiers) for rollout, tiers in fleet.rollouts)
    asking = _asking(sections)
    sources = [row.facts.source_id for row in rows]
    day = differences_by_hour(sources, now=now)
    return OverviewPage(
        rollouts=sections,
        asking=tuple(Asking(_place(tier, sections), row) for tier, row in asking[:ASKING_SHOWN]),
        asking_count=len(asking),
        asking_more=_more(tier for tier, _ in asking[ASKING_SHOWN:]),
        differences=day.points,
        since=day.since,
        targets=len(rows),
        unseen=sum(row.seen_state == "unseen" for row in rows),
        is_blind=not is_watched,
    )


def _asking(sections: Sequence[RolloutSection]) -> list[tuple[TierRow, TargetRow]]:
    """Return who needs a person, worst first; of one state, each tier's first before any second."""
    ordered = []
    for section in sections:
        for tier in section.tiers:
            before: Counter[str] = Counter()
            for row in tier.summary.blockers:
                ordered.append(((_ORDER[row.seen_state], before[row.seen_state]), tier, row))
                before[row.seen_state] += 1
    ordered.sort(key=lambda one: one[0])
    return [(tier, row) for _, tier, row in ordered]


def _place(tier: TierRow, sections: Sequence[RolloutSection]) -> str:
    """Return how a tier is told from all others."""
    if len(sections) == 1:
        return tier.name
    rollout = next(section.key for section in sections if tier in section.tiers)
    return f"{rollout} / {tier.name}"


def _more(tiers: Iterable[TierRow]) -> tuple[MoreAsking, ...]:
    """Return how often each tier stands there, the most first."""
    counted = Counter((tier.name, tier.url) for tier in tiers)
    return tuple(MoreAsking(name, url, count) for (name, url), count in counted.most_common())


def _section(rollout: Rollout, tiers: Sequence[FleetTier]) -> RolloutSection:
    """Return one rollout's part."""
    rows = [row for tier in tiers for row in tier.rows]
    return RolloutSection(
        key=rollout.key,
        title=rollout.title if rollout.title != rollout.key else "",
        tiers=tuple(
            TierRow(
                name=one.tier.name,
                url=one.url,
                is_production=one.tier.is_production,
                summary=tier_summary(one.rows, one.tier.policy),
                step=one.step,
            )
            for one in tiers
        ),
        targets=len(rows),
        routes=sum(row.facts.total for row in rows if row.is_compared),
        interval_seconds=int(rollout.evidence.get("interval_seconds", 0)),
        noun=next((row.facts.noun for row in rows), "route"),
    )
