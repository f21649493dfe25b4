"""Ask right before a change goes out whether it still may: the last moment to say no.

Theory. A promotion can wait long between its start and its write, while a remote is away. What
people agreed to may get worse meanwhile, and they may lose their roles. So the question of the
start is asked again in the transaction before each write. Nobody comes here whose change is out
already: an applier looks for that first. A rollback is not judged: it goes out whatever is red.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger import lease
from ledger.clock import database_now
from rollouts.appliers.order import NotNow, Overtaken
from rollouts.machine import Event, Kind
from rollouts.models import Promotion
from rollouts.operations.decide import lock_promotion, lock_tier, patiently
from rollouts.operations.move_promotion import MACHINE, move_promotion
from rollouts.operations.record_written import give_up_steps, must_be_newest
from rollouts.queries.agreement import why_outdated
from rollouts.queries.promotion_evidence import evidence_now
from rollouts.queries.why_not import why_it_waits


def guard_write(promotion_id: int, held: lease.Held) -> None:
    """Return where the change may go out now.

    Errors
        Overtaken   the lease was lost, the promotion was ended, a newer generation exists, or what
                    was agreed to got worse: then it ended here
        NotNow      its time is over, or a gate is closed that nobody can judge
    """

    def once() -> Exception | None:
        with transaction.atomic(durable=True):
            promotion = Promotion.objects.get(pk=promotion_id)
            lock_tier(promotion.tier_id)
            promotion = lock_promotion(promotion_id)
            must_be_newest(promotion_id, held)
            if promotion.kind == Kind.ROLLBACK:
                return None
            return _judge(promotion, database_now())

    problem = patiently(once)
    if problem is not None:
        raise problem


def _judge(promotion: Promotion, now: datetime) -> Exception | None:
    """Return why a promotion may not go out now, after ending what got worse."""
    if promotion.deadline_at is not None and promotion.deadline_at <= now:
        return NotNow("Its time to be written is over.")
    step = evidence_now(promotion, now=now)
    if reason := why_outdated(promotion, step):
        give_up_steps(promotion)
        move_promotion(promotion, Event.OUTDATE, actor=MACHINE, now=now, reason=reason)
        return Overtaken(f"{promotion.name} is outdated.")
    why = why_it_waits(step)
    return NotNow(why) if why else None
