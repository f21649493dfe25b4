"""How many other people a step needs, and of which groups."""

from __future__ import annotations

from rollouts.machine import Mode, least_approvals
from rollouts.models import Tier


def quorum_of(tier: Tier, old: Mode, new: Mode) -> tuple[int, dict[str, int]]:
    """Return how many other people a step needs, and of which groups.

    The policy's quorum is that of exec; the way into shadow needs one person.
    """
    least = least_approvals(old, new, is_production=tier.is_production)
    if new != Mode.EXEC:
        return least, {}
    asked = tier.policy.get("quorum", 1)
    groups = (
        {str(name): int(count) for name, count in asked.items()} if isinstance(asked, dict) else {}
    )
    wanted = sum(groups.values()) if groups else int(asked)
    return max(least, wanted), groups
