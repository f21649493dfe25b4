"""Find every promotion that is due, whether or not anybody rang for it.

Theory. `next_attempt_at` is when a worker is to look at a promotion next. Handing one out moves it
ahead by the time a worker may take to die unseen: who dies is followed by another within that time.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Case, Q, Value, When

from rollouts.evidence import worse
from rollouts.machine import Event, Kind, State
from rollouts.models import Promotion
from rollouts.operations.approve_promotion import release
from rollouts.operations.decide import Busy, lock_promotion, lock_tier, patiently
from rollouts.operations.move_promotion import MACHINE, move_promotion
from rollouts.operations.record_written import end_as_failed
from rollouts.queries.promotion_evidence import evidence_now

SWEEP = "sweep"
"""The heartbeat of the sweep that was rung for."""

HANDED_OUT = timedelta(seconds=10)
GRACE = timedelta(minutes=2)
"""Past its deadline, how long a worker has to look whether a change is out and to end it itself."""

NO_WORD = "Every worker that took it died before it could say why."

WRITTEN_OUT = (State.APPROVED, State.APPLYING)
READ_BACK = (State.VERIFYING,)
URGENCY = Case(
    When(state__in=READ_BACK, then=Value(2)), When(kind=Kind.ROLLBACK, then=Value(0)), default=1
)
JUDGED = (State.PENDING, State.SCHEDULED)
ENDING = (*JUDGED, State.APPROVED)

log = structlog.get_logger(__name__)


def due_promotions(
    *, now: datetime, limit: int = 50, among: Collection[State] = (*WRITTEN_OUT, *READ_BACK)
) -> list[int]:
    """Return the promotions that a worker is to carry on now, each handed out once for a while.

    Rollbacks that wait to be written come first, what is only read back last.
    """
    with transaction.atomic():
        rows = Promotion.objects.select_for_update().filter(
            Q(next_attempt_at__lte=now) | Q(next_attempt_at__gt=now + timedelta(hours=1)),
            state__in=among,
        )
        rows = rows.order_by(URGENCY, "next_attempt_at")
        ids = list(rows.values_list("pk", flat=True)[:limit])
        Promotion.objects.filter(pk__in=ids).update(next_attempt_at=now + HANDED_OUT)
    return ids


def end_what_is_over(*, now: datetime) -> list[int]:
    """End what has expired, what got worse while it waited for people, and what was not written.

    Return what ended. What enough people approved by now, since one has a lost role back, goes on.
    One that cannot be judged for an error of ours holds up no other.
    """
    late = Q(state__in=[State.APPLYING, State.VERIFYING], deadline_at__lte=now - GRACE)
    rows = Promotion.objects.filter(Q(state__in=ENDING, kind=Kind.PROMOTION) | late)
    return [each for each in rows.values_list("pk", flat=True) if _ended(each, now)]


def _ended(promotion_id: int, now: datetime) -> bool:
    try:
        return _end(promotion_id, now)
    except DatabaseError:
        raise
    except Exception:
        log.exception("sweeping_broke", promotion=promotion_id)
        return False


def _end(promotion_id: int, now: datetime) -> bool:
    def once() -> bool:
        with transaction.atomic(durable=True):
            lock_tier(Promotion.objects.get(pk=promotion_id).tier_id)
            promotion = lock_promotion(promotion_id)
            if promotion.state in {State.APPLYING, State.VERIFYING}:
                return _fail(promotion, now)
            if promotion.state not in ENDING:
                return False
            if promotion.expires_at <= now:
                move_promotion(promotion, Event.EXPIRE, actor=MACHINE, now=now)
                return True
            if promotion.state not in JUDGED:
                return False
            is_outdated = _outdate(promotion, now)
            if not is_outdated:
                release(promotion, actor=MACHINE, now=now)
            return is_outdated

    try:
        return patiently(once)
    except Busy:
        return False


def _fail(promotion: Promotion, now: datetime) -> bool:
    """End what no worker could bring to an end, though each had looked first whether it is out."""
    if promotion.deadline_at is None or promotion.deadline_at > now - GRACE:
        return False
    missed = "written" if promotion.state == State.APPLYING else "seen"
    reason = f"Not {missed} in time. {promotion.problem or NO_WORD}"
    end_as_failed(promotion, reason=reason, now=now)
    return True


def _outdate(promotion: Promotion, now: datetime) -> bool:
    changes = worse(promotion.evidence, evidence_now(promotion, now=now).document)
    if not changes:
        return False
    reason = " ".join(one.sentence for one in changes)
    move_promotion(promotion, Event.OUTDATE, actor=MACHINE, now=now, reason=reason)
    return True
