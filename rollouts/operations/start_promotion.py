"""Start an approved promotion: judge once more, raise the generation, write what is intended.

Flow: approve → *start* → write → read back → audit → notify.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from ledger import audit
from rollouts.machine import Event, Kind, State
from rollouts.models import ApplyStep, Promotion, Target, Tier
from rollouts.operations.decide import lock_promotion, lock_tier, patiently
from rollouts.operations.move_promotion import MACHINE, move_promotion, subject_of
from rollouts.operations.request_promotion import tier_generation
from rollouts.queries.agreement import why_outdated
from rollouts.queries.promotion_evidence import evidence_now
from rollouts.queries.why_not import why_it_waits

WAIT = timedelta(seconds=5)
DEADLINE_SECONDS = 3600
"""Until a change is seen, where the policy says nothing else."""


def start_promotion(promotion_id: int, *, now: datetime) -> bool:
    """Return whether the promotion may be written now: it was started, or had been before.

    What got worse since it was approved ends it; what nobody can judge for a while lets it wait.
    """

    def once() -> bool:
        with transaction.atomic(durable=True):
            promotion = Promotion.objects.get(pk=promotion_id)
            lock_tier(promotion.tier_id)
            promotion = lock_promotion(promotion_id)
            if promotion.state == State.APPLYING:
                return True
            if promotion.state != State.APPROVED:
                return False
            return _start(promotion, now)

    return patiently(once)


def _start(promotion: Promotion, now: datetime) -> bool:
    if promotion.kind == Kind.PROMOTION:
        if not _still_holds(promotion, now):
            return False
        begin_steps(promotion)
    promotion.started_at = now
    promotion.deadline_at = now + deadline_of(promotion)
    promotion.problem = ""
    audit.record(
        "apply_intent",
        subject=subject_of(promotion),
        actor=MACHINE,
        at=now,
        after={
            "generation": promotion.generation,
            "to": promotion.to_mode,
            "targets": list(promotion.steps.order_by("pk").values_list("target__key", flat=True)),
        },
    )
    move_promotion(promotion, Event.START, actor=MACHINE, now=now)
    return True


def _still_holds(promotion: Promotion, now: datetime) -> bool:
    """Judge again all that the approval stood on."""
    if promotion.expires_at <= now:
        move_promotion(promotion, Event.EXPIRE, actor=MACHINE, now=now)
        return False
    step = evidence_now(promotion, now=now)
    if reason := why_outdated(promotion, step):
        move_promotion(promotion, Event.OUTDATE, actor=MACHINE, now=now, reason=reason)
        return False
    if why := why_it_waits(step):
        promotion.problem = why
        promotion.next_attempt_at = now + WAIT
        promotion.save(update_fields=["problem", "next_attempt_at"])
        return False
    return True


def begin_steps(promotion: Promotion) -> None:
    """Raise the generation over any that the tier and its members have seen, a step for each."""
    seen = dict(promotion.members.order_by("pk").values_list("target_id", "target__generation"))
    members = list(seen)
    promotion.generation = max([tier_generation(promotion.tier), *seen.values()]) + 1
    promotion.save(update_fields=["generation"])
    Tier.objects.filter(pk=promotion.tier_id).update(generation=promotion.generation)
    Target.objects.filter(pk__in=members).update(
        generation=promotion.generation, version=F("version") + 1
    )
    ApplyStep.objects.bulk_create(
        ApplyStep(
            promotion=promotion,
            target_id=target_id,
            generation=promotion.generation,
            idempotency_key=f"{promotion.idempotency_key}-{target_id}",
        )
        for target_id in members
    )


def deadline_of(promotion: Promotion) -> timedelta:
    """Return how long a change may take until it is seen."""
    return timedelta(seconds=int(promotion.tier.policy.get("deadline_seconds", DEADLINE_SECONDS)))
