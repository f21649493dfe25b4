"""How a tier moves: its next step, its ways back, what is open, and what was before."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.urls import reverse

from rollouts.fleet_file.policy import DEFAULT_POLICY
from rollouts.machine import OPEN
from rollouts.models import Tier
from rollouts.permissions.roles import Role
from rollouts.queries.approvers import approvers
from rollouts.queries.open_promotions import Waiting, waiting
from rollouts.queries.previews import previews_of_tier
from rollouts.queries.promotion_rows import PromotionRow, last_promotions, promotion_rows
from rollouts.queries.step_panel import Asker, StepPanel, step_panel
from rollouts.queries.target_rows import LoadedTier
from rollouts.queries.ways_back import ShownWayBack, ways_back
from rollouts.queries.why_not import why_not_roll_back


@dataclass(frozen=True, slots=True)
class TierSteps:
    """How a tier moves, as its page prints it.

    Shapes
        history         those that have ended, the newest first
        next_tier       the one that may follow a tier without a step; "" after the last
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
    next_tier: str
    next_tier_url: str


def tier_steps(
    tier: Tier,
    user: User,
    roles: Set[Role],
    loaded: LoadedTier,
    *,
    chosen: Set[int] = frozenset(),
    now: datetime,
) -> TierSteps:
    """Return how a tier moves, for a person with these roles in it.

    Shapes
        chosen      the ids of the targets that they want to see the change for; none: all
    """
    people, last = approvers(), last_promotions(tier)
    open_rows = [row for row in last if row.state in OPEN]
    open_ones = waiting(open_rows, people)
    previews = previews_of_tier(tier)
    held = [one.mode_since for one in loaded.targets if one.mode_since is not None]
    since = max(held, default=None)
    bake = int(tier.policy.get("bake_seconds", DEFAULT_POLICY.bake_seconds))
    panel = step_panel(tier, Asker(user.pk, roles, people, chosen), loaded, previews, now=now)
    following = None if panel else _next_tier(tier)
    return TierSteps(
        open_one=next(iter(open_ones), None),
        panel=panel,
        ways=ways_back(tier, next(iter(open_rows), None), previews),
        why_no_way_back=why_not_roll_back(tier, roles),
        history=tuple(promotion_rows([row for row in last if row.state not in OPEN], ())),
        held_since=since,
        bake_seconds=bake,
        bake_share=_share(now - since, bake) if since else 0.0,
        is_blind=not loaded.is_watched,
        next_tier=following.name if following else "",
        next_tier_url=reverse("tier", args=[tier.rollout.key, following.name]) if following else "",
    )


def _next_tier(tier: Tier) -> Tier | None:
    """Return the tier that comes after one in its rollout; None after the last."""
    living = Tier.objects.filter(rollout=tier.rollout_id, removed_at=None)
    return living.filter(rank__gt=tier.rank).order_by("rank").first()


def _share(held: timedelta, asked_seconds: int) -> float:
    """Return how much of a bake has passed, in whole hundredths: a page need not renew for less."""
    share = min(held.total_seconds() / asked_seconds, 1.0) if asked_seconds else 1.0
    return int(share * 100) / 100
