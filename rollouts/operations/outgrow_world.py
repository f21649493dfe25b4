"""Let a rollback be the newest where the world is further than this database.

Theory. A commit with a later generation of the tier is there and none of ours: a backup was
restored, or somebody wrote the trailers by hand. A promotion towards more risk then needs a person.
A way back must not wait for one: it takes the next generation, and the trail keeps both.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from ledger import audit, lease
from rollouts.appliers.order import Overtaken
from rollouts.machine import Kind
from rollouts.models import Promotion, Target, Tier
from rollouts.operations.decide import lock_promotion, lock_tier, patiently
from rollouts.operations.move_promotion import MACHINE, subject_of
from rollouts.operations.record_written import demand_newest
from rollouts.operations.ring_worker import ring_worker


def outgrow_world(
    promotion_id: int, problem: Overtaken, *, held: lease.Held, now: datetime
) -> bool:
    """Return whether a rollback took the generation after the one found in the world.

    Errors
        Overtaken   the lease was lost, the rollback was ended, or the database has a newer one
    """

    def once() -> bool:
        with transaction.atomic(durable=True):
            lock_tier(Promotion.objects.get(pk=promotion_id).tier_id)
            promotion = lock_promotion(promotion_id)
            demand_newest(promotion, held)
            if promotion.kind != Kind.ROLLBACK or not problem.generation:
                return False
            _take(promotion, problem, now)
            return True

    return patiently(once)


def _take(promotion: Promotion, problem: Overtaken, now: datetime) -> None:
    before, newest = promotion.generation, problem.generation + 1
    promotion.generation, promotion.next_attempt_at = newest, now
    promotion.save(update_fields=["generation", "next_attempt_at"])
    Tier.objects.filter(pk=promotion.tier_id).update(generation=newest)
    members = promotion.steps.values("target")
    Target.objects.filter(pk__in=members).update(generation=newest, version=F("version") + 1)
    promotion.steps.update(generation=newest)
    audit.record(
        "generation_raised",
        subject=subject_of(promotion),
        actor=MACHINE,
        at=now,
        before={"generation": before},
        after={"generation": newest},
        reason=str(problem),
    )
    ring_worker(promotion.pk)
