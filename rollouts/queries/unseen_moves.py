"""Which targets were moved last by what nobody has seen to take effect.

Theory. We hold a target to its new mode as soon as it is written, since that is what the world will
come to; that it came there is known once the promotion has read it back. Until then, and for good
where the promotion failed first, the mode is what was asked for and nothing more: whatever builds
on it waits until a later promotion was seen, or the mode was read back after that failure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from rollouts.gates.facts import UnseenMove
from rollouts.machine import OPEN, State
from rollouts.models import ApplyStep, StepState, Target

COLUMNS = {
    "move_id": "promotion_id",
    "move_state": "promotion__state",
    "move_ended_at": "promotion__state_at",
}


def with_moves(targets: QuerySet[Target]) -> QuerySet[Target]:
    """Return targets, each with its last move where that was not seen."""
    last = ApplyStep.objects.filter(target=OuterRef("pk"), generation=OuterRef("generation"))
    unseen = last.exclude(state=StepState.OBSERVED)
    return targets.annotate(
        **{name: Subquery(unseen.values(column)[:1]) for name, column in COLUMNS.items()}
    )


def unseen_move(targets: Iterable[tuple[Target, str]]) -> UnseenMove | None:
    """Return the last move that some of these targets were not seen to make; None where all were.

    Shapes
        targets     as `with_moves` returns them, each with the name that people know it by

    Errors
        KeyError    a target that `with_moves` did not return
    """
    found: dict[int, tuple[State, list[str]]] = {}
    for target, name in targets:
        told: dict[str, Any] = target.__dict__
        if told["move_id"] is not None and not _is_seen_since(target, told):
            state, names = found.setdefault(told["move_id"], (State(told["move_state"]), []))
            names.append(name)
    if not found:
        return None
    latest = max(found)
    state, names = found[latest]
    return UnseenMove(f"P-{latest}", str(state), state in OPEN, tuple(names))


def _is_seen_since(target: Target, told: dict[str, Any]) -> bool:
    """Say whether the mode that we hold a target to was read back after its move had ended."""
    if told["move_state"] in OPEN or target.observed_mode != target.mode or target.observe_problem:
        return False
    return target.observed_at is not None and target.observed_at > told["move_ended_at"]
