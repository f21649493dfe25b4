"""Bring a promotion from one state to the next: the state, the trail and the notice together."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from ledger import audit, outbox
from rollouts.machine import Event, Kind, State, next_state
from rollouts.models import Promotion

MACHINE = "penumbra"
NOTICE = "promotion_notice"


def move_promotion(  # noqa: PLR0913  (who, why and what is told)
    promotion: Promotion,
    event: Event,
    *,
    actor: AbstractBaseUser | str,
    now: datetime,
    reason: str = "",
    role: str = "",
    told: object = None,
) -> None:
    """Move a locked promotion on, inside the caller's transaction.

    Shapes
        told    what the trail keeps beside the state, a JSON object

    Errors
        IllegalStep     the machine has no such step from here
    """
    before = State(promotion.state)
    after = next_state(Kind(promotion.kind), before, event)
    promotion.state, promotion.state_at = after, now
    promotion.state_reason = reason
    promotion.save()
    audit.record(
        f"promotion_{promotion.state}",
        subject=subject_of(promotion),
        actor=actor,
        at=now,
        role=role,
        before={"state": str(before)},
        after={"state": promotion.state, **(told if isinstance(told, dict) else {})},
        reason=reason,
    )
    tell(promotion, now=now)


def tell(promotion: Promotion, *, now: datetime) -> None:
    """Write the notice of a promotion's present state; each state of each is told once."""
    outbox.enqueue(
        NOTICE,
        dedupe_key=f"{NOTICE} {promotion.name} {promotion.state}",
        payload={"promotion": promotion.pk, "state": promotion.state},
        now=now,
    )


def subject_of(promotion: Promotion) -> str:
    """Return how the trail names a promotion."""
    tier = promotion.tier
    return f"promotion {promotion.name} {tier.rollout.key}/{tier.name}"
