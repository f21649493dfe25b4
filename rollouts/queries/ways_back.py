"""The ways back that a tier has: to which mode, which targets, and what each would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rollouts.machine import Mode, is_riskier
from rollouts.models import Promotion, Tier
from rollouts.queries.previews import ShownPreview
from rollouts.queries.rollback_targets import rollback_targets
from rollouts.queries.target_rows import name_of

NAMES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class ShownWayBack:
    """One way back.

    Shapes
        from_modes  that they may be in, the riskiest first
        names       of the targets that would be taken back, the first of them
        targets     how many
    """

    to_mode: str
    from_modes: tuple[str, ...]
    names: tuple[str, ...]
    targets: int
    preview: ShownPreview | None

    @property
    def more(self) -> int:
        """Return how many targets are not named."""
        return self.targets - len(self.names)


def ways_back(
    tier: Tier, open_one: Promotion | None, previews: Mapping[str, ShownPreview]
) -> tuple[ShownWayBack, ...]:
    """Return the ways back of a tier, the nearest first; none where every target is in off.

    Shapes
        previews    {mode that a step leads to: its forecast}
    """
    found = []
    back = rollback_targets(tier, Mode.OFF, open_one=open_one)
    for to_mode in (Mode.SHADOW, Mode.OFF):
        moving = {one: mode for one, mode in back.items() if is_riskier(mode, to_mode)}
        modes = tuple(mode for mode in (Mode.EXEC, Mode.SHADOW) if mode in moving.values())
        names = tuple(name_of(one) for one in moving)
        if names:
            preview = previews.get(to_mode)
            found.append(ShownWayBack(to_mode, modes, names[:NAMES_SHOWN], len(names), preview))
    return tuple(found)
