"""Whether a promotion's page offers the way back, and which."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from rollouts.machine import OPEN, UNDER_WAY, Kind, State
from rollouts.models import Promotion
from rollouts.permissions.roles import Role
from rollouts.queries.previews import previews_of_tier
from rollouts.queries.ways_back import ShownWayBack, ways_back
from rollouts.queries.why_not import why_not_roll_back

OFFERED = (State.APPROVED, *UNDER_WAY, State.DONE, State.FAILED)
"""States of a promotion after which the tier is, or may be, riskier than before."""


@dataclass(frozen=True, slots=True)
class WaysBackFrom:
    """The ways back that a promotion's page offers.

    Shapes
        why_not     why the viewer may not take them; "" where they may
        open_name   the promotion of the tier that it would take the place of; "" for none
    """

    ways: tuple[ShownWayBack, ...] = ()
    why_not: str = ""
    open_name: str = ""


def ways_back_from(promotion: Promotion, roles: Set[Role]) -> WaysBackFrom:
    """Return the ways back from what a promotion did or is doing.

    Of a way back itself none, unless it failed: then the rest is tried again.
    """
    tier = promotion.tier
    is_over = promotion.kind == Kind.ROLLBACK and promotion.state != State.FAILED
    if is_over or promotion.state not in OFFERED:
        return WaysBackFrom()
    open_one = Promotion.objects.filter(tier=tier, state__in=OPEN).first()
    why_not = why_not_roll_back(tier, roles)
    ways = ways_back(tier, open_one, previews_of_tier(tier))
    return WaysBackFrom(ways, why_not, open_one.name if open_one else "")
