"""What a monitoring system is told of the fleet and of Penumbra itself, in a few queries.

Looks are counted over all targets there ever were, under their rollout, which no target leaves: so
the counts only grow. All else is of now.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from diffs.operations.claim_due import HEARTBEAT
from diffs.queries.due_looks import due_looks
from ledger import outbox
from ledger.models import Heartbeat
from rollouts.machine import OPEN
from rollouts.models import Promotion, Target
from rollouts.queries.collector import is_alive
from rollouts.queries.target_rows import living_targets, target_rows


@dataclass(frozen=True, slots=True)
class TargetMetrics:
    """One target of the fleet file; None is what nobody has measured yet. Units: seconds."""

    rollout: str
    tier: str
    target: str
    mode: str
    state: str
    since_look: float | None
    look_seconds: float | None
    lag_seconds: float | None


@dataclass(frozen=True, slots=True)
class FleetMetrics:
    """Everything at one moment of the database's clock.

    Shapes
        looks       {(rollout, outcome): looks ever}
        heartbeats  {duty: seconds since it was last carried out}
        promotions  {(rollout, tier, state): how many are open}

    Units
        due_seconds, outbox_seconds     how long the longest of them waits; 0 where none does
    """

    at: datetime
    looks: dict[tuple[str, str], int]
    targets: tuple[TargetMetrics, ...]
    due: int
    due_seconds: float
    outbox: int
    outbox_seconds: float
    outbox_given_up: int
    heartbeats: dict[str, float]
    promotions: dict[tuple[str, str, str], int]


def fleet_metrics(*, now: datetime) -> FleetMetrics:
    """Return what is known at this moment."""
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    due = due_looks(now=now)
    waiting = outbox.waiting().aggregate(count=Count("pk"), since=Min("created_at"))
    return FleetMetrics(
        at=now,
        looks=_looks(),
        targets=_targets(now, is_watched=is_alive(beats.get(HEARTBEAT), now=now)),
        due=due.count,
        due_seconds=_seconds(due.since, now) or 0.0,
        outbox=waiting["count"],
        outbox_seconds=_seconds(waiting["since"], now) or 0.0,
        outbox_given_up=outbox.given_up().count(),
        heartbeats={name: _seconds(at, now) or 0.0 for name, at in sorted(beats.items())},
        promotions=_promotions(),
    )


def _looks() -> dict[tuple[str, str], int]:
    """Return all looks ever, by rollout and outcome."""
    counts: Counter[tuple[str, str]] = Counter()
    rows = Target.objects.values_list("rollout__key", "source__state__outcomes")
    for rollout, outcomes in rows.order_by():
        counts.update({(rollout, outcome): looks for outcome, looks in (outcomes or {}).items()})
    return dict(sorted(counts.items()))


def _targets(now: datetime, *, is_watched: bool) -> tuple[TargetMetrics, ...]:
    """Return the targets of the fleet file, in two queries."""
    targets = list(living_targets().order_by("rollout__key", "tier__rank", "key"))
    rows = target_rows(targets, now=now, is_watched=is_watched)
    return tuple(
        TargetMetrics(
            rollout=target.rollout.key,
            tier=target.tier.name,
            target=target.key,
            mode=row.mode,
            state=row.state,
            since_look=_seconds(row.facts.last_look_at, now),
            look_seconds=row.facts.look_seconds,
            lag_seconds=row.facts.lag_seconds,
        )
        for target, row in zip(targets, rows, strict=True)
    )


def _promotions() -> dict[tuple[str, str, str], int]:
    """Return how many promotions are open, by rollout, tier and state."""
    rows = Promotion.objects.filter(state__in=OPEN).order_by()
    counted = rows.values_list("tier__rollout__key", "tier__name", "state").annotate(Count("pk"))
    return {(rollout, tier, state): count for rollout, tier, state, count in counted}


def _seconds(at: datetime | None, now: datetime) -> float | None:
    """Return for how long something is past: never less than nothing."""
    return None if at is None else max(0.0, (now - at).total_seconds())
