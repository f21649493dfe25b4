"""How a tier moves: its next step, its ways back, what is open, and what was before."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Max

from rollouts.fleet_file.policy import DEFAULT_POLICY
from rollouts.machine import OPEN
from rollouts.models import Promotion, Tier
from rollouts.permissions.roles import Role
from rollouts.queries.approvers import approvers
from rollouts.queries.open_promotions import Waiting, described, waiting
from rollouts.queries.promotion_rows import PromotionRow, last_promotions
from rollouts.queries.step_panel import Asker, StepPanel, step_panel
from rollouts.queries.ways_back import ShownWayBack, ways_back
from rollouts.queries.why_not import why_not_roll_back


@dataclass(frozen=True, slots=True)
class TierSteps:
    """How a tier moves, as its page prints it.

    Shapes
        panel           the next step; None where no target can go on
        held_since      since when every target holds its mode; None where nobody can tell
        why_no_way_back why the viewer may not roll back; "" where they may

    Units: `bake_seconds` seconds, `bake_share` 0.0 to 1.0
    """

    open_one: Waiting | None
    panel: StepPanel | None
    ways: tuple[ShownWayBack, ...]
    why_no_way_back: str
    history: tuple[PromotionRow, ...]
    held_since: datetime | None
    bake_seconds: int
    bake_share: float
    is_blind: bool


def tier_steps(
    tier: Tier, user: User, roles: Set[Role], *, now: datetime, is_watched: bool
) -> TierSteps:
    """Return how a tier moves, for a person with these roles in it."""
    open_rows = list(described(Promotion.objects.filter(tier=tier, state__in=OPEN)))
    open_one = next(iter(waiting(open_rows)), None)
    asker = Asker(user.pk, roles, approvers(), is_watched)
    living = tier.targets.filter(removed_at=None)
    since: datetime | None = living.aggregate(since=Max("mode_since"))["since"]
    bake = int(tier.policy.get("bake_seconds", DEFAULT_POLICY.bake_seconds))
    return TierSteps(
        open_one=open_one,
        panel=step_panel(tier, asker, now=now),
        ways=ways_back(tier, next(iter(open_rows), None)),
        why_no_way_back=why_not_roll_back(tier, roles),
        history=last_promotions(tier),
        held_since=since,
        bake_seconds=bake,
        bake_share=_share(now - since, bake) if since else 0.0,
        is_blind=not is_watched,
    )


def _share(held: timedelta, asked_seconds: int) -> float:
    """Return how much of a bake has passed, in whole hundredths: a page need not renew for less."""
    share = min(held.total_seconds() / asked_seconds, 1.0) if asked_seconds else 1.0
    return int(share * 100) / 100
