"""End a promotion that was not started: rejected by an approver, withdrawn by who asked."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from rollouts.machine import Event, Kind, State, may
from rollouts.models import Promotion, Tier
from rollouts.operations.decide import Refusal, decide, lock_promotion
from rollouts.operations.move_promotion import move_promotion, subject_of
from rollouts.permissions.roles import Role
from rollouts.queries.why_not import why_not_reject, why_not_withdraw
from rollouts.reasons import reason_fault

NEVER_A_WAY_BACK = (
    "A rollback is neither rejected nor withdrawn: once ordered it is carried out. Ask for a new"
    " promotion when it is done."
)


def reject_promotion(
    promotion: Promotion, *, reason: str, actor: AbstractBaseUser, now: datetime
) -> Promotion:
    """Say no, with a reason. One person's no ends the promotion.

    Errors
        PromotionRefused    no authority, no readable reason, or it is past rejecting
        Busy                others decide on this tier at this moment
    """

    def work(tier: Tier, roles: frozenset[Role]) -> Promotion | Refusal:
        if why := why_not_reject(tier, roles):
            return Refusal(why)
        if fault := reason_fault(reason):
            return Refusal(fault)
        return _end(promotion, Event.REJECT, reason, actor, roles, now)

    return decide(
        "promotion_reject",
        promotion.tier_id,
        work,
        actor=actor,
        now=now,
        subject=subject_of(promotion),
    )


def withdraw_promotion(
    promotion: Promotion, *, reason: str, actor: AbstractBaseUser, now: datetime
) -> Promotion:
    """Take one's own request back.

    Errors
        PromotionRefused    somebody else asked, or it is past withdrawing
        Busy                others decide on this tier at this moment
    """

    def work(_tier: Tier, roles: frozenset[Role]) -> Promotion | Refusal:
        if why := why_not_withdraw(promotion, actor.pk, roles):
            return Refusal(why)
        return _end(promotion, Event.WITHDRAW, reason, actor, roles, now)

    return decide(
        "promotion_withdraw",
        promotion.tier_id,
        work,
        actor=actor,
        now=now,
        subject=subject_of(promotion),
    )


def _end(
    promotion: Promotion,
    event: Event,
    reason: str,
    actor: AbstractBaseUser,
    roles: frozenset[Role],
    now: datetime,
) -> Promotion | Refusal:
    locked = lock_promotion(promotion.pk)
    if locked.state == _AFTER[event]:
        return locked  # a double click
    if locked.kind == Kind.ROLLBACK:
        return Refusal(NEVER_A_WAY_BACK)
    if not may(Kind(locked.kind), State(locked.state), event):
        return Refusal(f"This promotion is already {locked.state}. Roll back instead.")
    role = ", ".join(sorted(roles))
    move_promotion(locked, event, actor=actor, now=now, reason=reason.strip(), role=role)
    return locked


_AFTER = {Event.REJECT: State.REJECTED, Event.WITHDRAW: State.WITHDRAWN}
