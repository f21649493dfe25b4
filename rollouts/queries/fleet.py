"""The whole fleet with the next step of each tier, in five queries whatever its size.

Three load it; two more are asked where promotions are open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Subquery
from django.urls import reverse

from diffs.queries.evidence import untrusted_because, why_untrusted
from rollouts.models import Rollout, Tier
from rollouts.queries.next_steps import NextStep, Pair, next_steps
from rollouts.queries.open_promotions import Waiting, open_promotions
from rollouts.queries.target_rows import TargetRow, living_targets, target_rows
from rollouts.queries.unseen_moves import with_moves

ROLLOUT = ("id", "key", "title", "position", "evidence", "modes", "applier", "policy")
TIER = ("id", "name", "rank", "is_production", "policy")


@dataclass(frozen=True, slots=True)
class FleetTier:
    """A tier with its targets and what it does next."""

    tier: Tier
    rollout: Rollout
    url: str
    rows: tuple[TargetRow, ...]
    step: NextStep


@dataclass(frozen=True, slots=True)
class Fleet:
    """All that is rolled out.

    Shapes
        rollouts    (rollout, its tiers in order), in order
    """

    rollouts: tuple[tuple[Rollout, tuple[FleetTier, ...]], ...]
    rows: tuple[TargetRow, ...]
    open_ones: tuple[Waiting, ...]

    @property
    def tiers(self) -> Iterator[FleetTier]:
        """Yield all tiers, in order."""
        for _, tiers in self.rollouts:
            yield from tiers

    @property
    def last_look_at(self) -> datetime | None:
        """Return when the last look at any target was."""
        looks = (row.facts.last_look_at for row in self.rows)
        return max((look for look in looks if look is not None), default=None)


def load_fleet(*, now: datetime, is_watched: bool) -> Fleet:
    """Return the fleet as it stands now."""
    targets = list(with_moves(living_targets()).order_by("key"))
    rows = target_rows(targets, now=now, is_watched=is_watched)
    by_tier: dict[int, list[Pair]] = defaultdict(list)
    for target, row in zip(targets, rows, strict=True):
        by_tier[target.tier_id].append((target, row))
    open_ones = open_promotions()
    by_open = {one.tier_id: one for one in open_ones}
    loaded, untrusted = _rollouts()
    found = []
    for rollout, tiers in loaded:
        steps = next_steps(
            rollout, tiers, by_tier, by_open, untrusted=untrusted, is_watched=is_watched, now=now
        )
        found.append((rollout, tuple(_tier(rollout, one, by_tier, steps) for one in tiers)))
    return Fleet(tuple(found), rows, open_ones)


def _tier(
    rollout: Rollout,
    tier: Tier,
    by_tier: Mapping[int, Sequence[Pair]],
    steps: Mapping[int, NextStep],
) -> FleetTier:
    rows = tuple(row for _, row in by_tier.get(tier.pk, ()))
    url = reverse("tier", args=[rollout.key, tier.name])
    return FleetTier(tier, rollout, url, rows, steps[tier.pk])


def _rollouts() -> tuple[list[tuple[Rollout, list[Tier]]], str]:
    """Return the rollouts with their tiers in order, and why no comparison can be trusted now.

    One query: rollouts that have no tier yet, and the word on the comparison, come along.
    """
    listed = Rollout.objects.filter(removed_at=None).order_by(
        "position", "key", F("tiers__rank").asc(nulls_first=True)
    )
    told = {f"tier_{name}": F(f"tiers__{name}") for name in (*TIER, "removed_at")}
    rows = listed.annotate(untrusted=Subquery(untrusted_because()), **told)
    found: dict[int, tuple[Rollout, list[Tier]]] = {}
    untrusted = ""
    for row in rows.values(*ROLLOUT, *told, "untrusted"):
        untrusted = why_untrusted(row["untrusted"])
        rollout = Rollout(**{name: row[name] for name in ROLLOUT})
        _, tiers = found.setdefault(row["id"], (rollout, []))
        if row["tier_id"] is not None and row["tier_removed_at"] is None:
            tiers.append(Tier(rollout=rollout, **{name: row[f"tier_{name}"] for name in TIER}))
    return list(found.values()), untrusted
