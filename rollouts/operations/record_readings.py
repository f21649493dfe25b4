"""Read a change back: three equal readings in a row of each target, or it is not done.

Flow: write → *read back* → audit → notify.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from rollouts.gates.naming import counted, listed
from rollouts.machine import Event, Mode, State
from rollouts.models import ApplyStep, Promotion, StepState, Target
from rollouts.operations.decide import lock_promotion, lock_tier, patiently
from rollouts.operations.move_promotion import MACHINE, move_promotion
from rollouts.operations.observe_modes import record_observation
from rollouts.operations.record_written import end_as_failed
from rollouts.queries.target_rows import name_of

EQUAL_READINGS = 3
READ_EVERY = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of one target.

    Shapes
        modes       what each place that tells says: the mode kept, the mode of the cluster
        observed    the mode that the cluster itself tells; "" where it was not asked
        kept        the mode that is kept where it was written; "" where nothing is kept
        problem     why a place could not be read; "" where all could
    """

    modes: tuple[str, ...]
    observed: str = ""
    problem: str = ""
    kept: str = ""

    def contradicts(self, mode: str) -> bool:
        """Say whether what was written is not there any more, whoever may be set aside."""
        return bool(mode) and self.kept not in {"", mode}

    def agrees(self, mode: str) -> bool:
        """Say whether all places were read and all tell this mode."""
        return not self.problem and bool(self.modes) and set(self.modes) == {mode}

    @property
    def words(self) -> str:
        """Return what was heard as a person reads it."""
        return self.problem or " and ".join(dict.fromkeys(self.modes)) or "nothing to read"


def record_readings(promotion_id: int, heard: Mapping[int, Heard], *, now: datetime) -> None:
    """Count one reading of each step; done with the last one seen, failed past the deadline.

    Shapes
        heard   {target id: what was heard}
    """

    def once() -> None:
        with transaction.atomic(durable=True):
            lock_tier(Promotion.objects.get(pk=promotion_id).tier_id)
            promotion = lock_promotion(promotion_id)
            if promotion.state == State.VERIFYING:
                _count(promotion, heard, now)

    patiently(once)


def _count(promotion: Promotion, heard: Mapping[int, Heard], now: datetime) -> None:
    every = list(promotion.steps.select_related("target__cluster").order_by("target_id"))
    failed = [step for step in every if step.state == StepState.FAILED]
    steps = [step for step in every if step.state != StepState.FAILED]
    for step in steps:
        if step.target_id in heard:
            _count_one(step, heard[step.target_id], promotion.to_mode, now)
    waiting = [step for step in steps if step.state != StepState.OBSERVED]
    is_seen = len(waiting) < len(steps)
    counting = [
        step
        for step in waiting
        if not (is_seen and _is_set_aside(step, now))
        or heard.get(step.target_id, Heard(())).contradicts(promotion.to_mode)
    ]
    if not counting and failed:
        end_as_failed(promotion, reason=_unwritten(failed, len(every)), now=now)
    elif not counting:
        promotion.next_attempt_at = None
        _begin_to_bake(promotion, steps, now)
        reason = f"{len(waiting)} set aside, not seen" if waiting else ""
        move_promotion(promotion, Event.OBSERVED, actor=MACHINE, now=now, reason=reason)
    elif promotion.deadline_at is not None and promotion.deadline_at <= now:
        end_as_failed(promotion, reason=_unseen(counting, promotion.to_mode), now=now)
    else:
        promotion.next_attempt_at = now + READ_EVERY
        promotion.save(update_fields=["next_attempt_at"])


def _begin_to_bake(promotion: Promotion, steps: list[ApplyStep], now: datetime) -> None:
    """Let who was moved bake from now on: that it was written says nothing of how it does."""
    seen = [step.target_id for step in steps if step.state == StepState.OBSERVED]
    moved = Target.objects.filter(pk__in=seen, mode=promotion.to_mode)
    moved.filter(mode_since__gte=promotion.written_at).update(mode_since=now)


def _count_one(step: ApplyStep, heard: Heard, mode: str, now: datetime) -> None:
    if heard.observed:
        record_observation(step.target_id, mode=Mode(heard.observed), problem="", now=now)
    step.heard = heard.words
    step.readings = step.readings + 1 if heard.agrees(mode) else 0
    if step.readings >= EQUAL_READINGS and step.state == StepState.WRITTEN:
        step.state, step.observed_at = StepState.OBSERVED, now
    elif step.readings == 0 and step.state == StepState.OBSERVED:
        step.state, step.observed_at = StepState.WRITTEN, None
    step.save(update_fields=["heard", "readings", "state", "observed_at"])


def _is_set_aside(step: ApplyStep, now: datetime) -> bool:
    until = step.target.set_aside_until
    return until is not None and until > now


def _unwritten(failed: list[ApplyStep], total: int) -> str:
    """Return which targets a way back had to leave out, and that it may be taken again."""
    names = listed([name_of(step.target) for step in failed])
    said = f"{len(failed)} of {counted(total, 'target')} could not be written: {names}."
    return f"{said} {failed[0].heard}\nRoll back again to try what is left."


def _unseen(steps: list[ApplyStep], mode: str) -> str:
    first = steps[0]
    count = f"{len(steps)} targets were" if len(steps) > 1 else "1 target was"
    return f"{count} not seen in {mode} in time. {first.target.key}: {first.heard or 'not read'}."
