"""Which targets of a tier are riskier than a mode, or may be by now."""

from __future__ import annotations

from rollouts.machine import UNDER_WAY, Mode, is_riskier
from rollouts.models import Promotion, Target, Tier
from rollouts.queries.target_rows import living_targets


def rollback_targets(
    tier: Tier, to_mode: Mode, *, open_one: Promotion | None
) -> dict[Target, Mode]:
    """Return the targets to take back, each with the riskiest mode that it may be in.

    What a promotion under way names may have come into its mode already, whatever we hold. A target
    whose mode nobody knows is not touched; one that is set aside is.
    """
    reached: dict[int, Mode] = {}
    if open_one is not None and open_one.state in UNDER_WAY:
        mode = riskier(Mode(open_one.from_mode), Mode(open_one.to_mode))
        reached = dict.fromkeys(open_one.members.values_list("target_id", flat=True), mode)
    found: dict[Target, Mode] = {}
    for target in living_targets().filter(tier=tier).order_by("key"):
        if target.mode == Mode.UNKNOWN:
            continue
        mode = riskier(Mode(target.mode), reached.get(target.pk, Mode(target.mode)))
        if is_riskier(mode, to_mode):
            found[target] = mode
    return found


def riskier(one: Mode, other: Mode) -> Mode:
    """Return the mode in which more depends on the new implementation."""
    return one if is_riskier(one, other) else other
