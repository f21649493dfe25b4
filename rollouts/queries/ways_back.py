"""The ways back that a tier has: to which mode, which targets, and what each would change."""

from __future__ import annotations

from dataclasses import dataclass

from rollouts.machine import Mode
from rollouts.models import Promotion, Tier
from rollouts.queries.previews import ShownPreview, preview_of_step
from rollouts.queries.rollback_targets import rollback_targets
from rollouts.queries.target_rows import name_of

NAMES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class ShownWayBack:
    """One way back.

    Shapes
        names       of the targets that would be taken back, the first of them
        targets     how many
    """

    to_mode: str
    names: tuple[str, ...]
    targets: int
    preview: ShownPreview | None

    @property
    def more(self) -> int:
        """Return how many targets are not named."""
        return self.targets - len(self.names)


def ways_back(tier: Tier, open_one: Promotion | None) -> tuple[ShownWayBack, ...]:
    """Return the ways back of a tier, the nearest first; none where every target is in off."""
    found = []
    for mode in (Mode.SHADOW, Mode.OFF):
        targets = rollback_targets(tier, mode, open_one=open_one)
        if targets:
            names = tuple(name_of(target) for target in targets)
            preview = preview_of_step(tier, mode)
            found.append(ShownWayBack(mode, names[:NAMES_SHOWN], len(names), preview))
    return tuple(found)
