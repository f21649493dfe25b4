"""Write down what an applier did: written, refused, or put off for a while.

Flow: start → *write* → read back → audit → notify.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from diffs.models.source import Reads
from diffs.operations.restart_proof import restart_proof
from ledger import audit, lease
from rollouts.appliers.order import Overtaken, Receipt
from rollouts.machine import READS, Event, Kind, Mode, State
from rollouts.models import ApplyStep, Promotion, StepState, Target
from rollouts.operations.decide import lock_promotion, lock_tier, patiently
from rollouts.operations.move_promotion import MACHINE, move_promotion, subject_of
from rollouts.operations.request_promotion import tier_generation
from rollouts.operations.start_promotion import deadline_of

WAITS_SECONDS = (2, 5, 10, 20, 30)


def must_be_newest(promotion_id: int, held: lease.Held) -> None:
    """Ask the database whether this order may still be written; called right before the write.

    Errors
        Overtaken   the lease was lost, the promotion was ended, or a newer generation exists
    """
    with transaction.atomic():
        promotion = Promotion.objects.get(pk=promotion_id)
        demand_newest(promotion, held)


def record_written(promotion_id: int, receipt: Receipt, *, held: lease.Held, now: datetime) -> None:
    """Write down that the change is out in the world; from here on it is read back.

    Errors
        Overtaken   the lease was lost, the promotion was ended, or a newer generation exists
    """

    def once() -> None:
        with transaction.atomic(durable=True):
            lock_tier(Promotion.objects.get(pk=promotion_id).tier_id)
            promotion = lock_promotion(promotion_id)
            demand_newest(promotion, held)
            _write(promotion, receipt, now)

    patiently(once)


def fail_promotion(promotion_id: int, *, reason: str, now: datetime) -> None:
    """End a promotion that cannot be carried out, or was not seen in time; never tried again."""

    def once() -> None:
        with transaction.atomic(durable=True):
            lock_tier(Promotion.objects.get(pk=promotion_id).tier_id)
            promotion = lock_promotion(promotion_id)
            if promotion.state in {State.APPLYING, State.VERIFYING}:
                end_as_failed(promotion, reason=reason, now=now)

    patiently(once)


def end_as_failed(promotion: Promotion, *, reason: str, now: datetime) -> None:
    """End a locked promotion as failed, with the steps that were not seen."""
    give_up_steps(promotion)
    move_promotion(promotion, Event.FAIL, actor=MACHINE, now=now, reason=reason)


def give_up_steps(promotion: Promotion) -> None:
    """Let go of a locked promotion that ends; whoever moves it on saves it."""
    unseen = promotion.steps.exclude(state=StepState.OBSERVED)
    unseen.update(state=StepState.FAILED)
    promotion.next_attempt_at = None


def put_off(promotion_id: int, *, problem: str, now: datetime) -> None:
    """Try again in a while; past the deadline it has failed.

    One that could not even be started waits on: it has no deadline yet, and expires.
    """

    def once() -> None:
        with transaction.atomic(durable=True):
            lock_tier(Promotion.objects.get(pk=promotion_id).tier_id)
            promotion = lock_promotion(promotion_id)
            if promotion.state not in {State.APPROVED, State.APPLYING, State.VERIFYING}:
                return
            if promotion.deadline_at is not None and promotion.deadline_at <= now:
                late = "seen" if promotion.state == State.VERIFYING else "written"
                end_as_failed(promotion, reason=f"Not {late} in time. {problem}", now=now)
                return
            wait = WAITS_SECONDS[min(promotion.attempts, len(WAITS_SECONDS) - 1)]
            promotion.attempts += 1
            promotion.problem = problem
            promotion.next_attempt_at = now + timedelta(seconds=wait)
            promotion.save(update_fields=["attempts", "problem", "next_attempt_at"])

    patiently(once)


def demand_newest(promotion: Promotion, held: lease.Held) -> None:
    """Raise Overtaken unless this holder may write this promotion now."""
    if promotion.state != State.APPLYING:
        raise Overtaken(f"{promotion.name} is {promotion.state}.")
    if tier_generation(promotion.tier) != promotion.generation:
        raise Overtaken(f"A newer generation than that of {promotion.name} exists.")
    if not lease.holds(held):
        raise Overtaken(f"Another worker has {held.resource}.")


def _write(promotion: Promotion, receipt: Receipt, now: datetime) -> None:
    left_out = {one.target: one.words for one in receipt.left_out}
    _leave_out(promotion, left_out)
    promotion.steps.filter(state=StepState.INTENT).update(
        state=StepState.WRITTEN, reference=receipt.reference, written_at=now
    )
    promotion.reference, promotion.written_at, promotion.problem = receipt.reference, now, ""
    promotion.deadline_at = now + deadline_of(promotion)
    promotion.forecast = _told_by(receipt, now) or promotion.forecast
    promotion.attempts, promotion.next_attempt_at = 0, now
    written = promotion.steps.exclude(state=StepState.FAILED)
    for step in written.select_related("target").order_by("target_id"):
        _hold_to(step, Mode(promotion.to_mode), promotion, now)
    audit.record(
        "apply_written",
        subject=subject_of(promotion),
        actor=MACHINE,
        at=now,
        after={
            "reference": receipt.reference,
            "was_there": receipt.was_there,
            **({"left_out": left_out} if left_out else {}),
        },
    )
    move_promotion(
        promotion,
        Event.WRITTEN,
        actor=MACHINE,
        now=now,
        told={"reference": receipt.reference},
    )


def _told_by(receipt: Receipt, now: datetime) -> dict[str, object]:
    """Return what was written, in the place of what would be; {} where the receipt tells none."""
    if receipt.written is None:
        return {}
    told = {"problem": "", "made_at": now.isoformat(), "is_written": True}
    return {**asdict(receipt.written), **told}


def _leave_out(promotion: Promotion, left_out: Mapping[str, str]) -> None:
    """Fail the steps of the targets for which nothing could be written; we hold them as before."""
    for step in promotion.steps.filter(state=StepState.INTENT, target__key__in=left_out):
        step.state, step.heard = StepState.FAILED, left_out[step.target.key]
        step.save(update_fields=["state", "heard"])


def _hold_to(step: ApplyStep, mode: Mode, promotion: Promotion, now: datetime) -> None:
    """Hold a target to its new mode; what was proven in the old one says nothing about it.

    A rollback names only who may have been riskier: also where we hold it to this mode already,
    nobody knows where it was meanwhile.
    """
    target = Target.objects.select_for_update().get(pk=step.target_id)
    if target.mode == mode and promotion.kind != Kind.ROLLBACK:
        return
    target.mode, target.mode_since = mode, now
    if target.read_back is not None:
        target.observe_next_at = now
    target.save(update_fields=["mode", "mode_since", "observe_next_at"])
    restart_proof(
        target.source_id,
        reads=Reads(READS[mode]),
        is_soaking=mode == Mode.SHADOW and target.observed_mode in {"", str(mode)},
        reason=f"mode {mode} since {promotion.name}",
        now=now,
    )
