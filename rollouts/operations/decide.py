"""One transaction shape for whatever is done to a promotion.

Lock the tier, re-derive the authority, refuse or write, audit, commit. A refusal of a signed-in
person is written to the trail and committed before it is raised. Lock order is total: tier,
promotion, target, lease, audit head.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import OperationalError, connection, transaction

from ledger import audit
from rollouts.evidence import Change
from rollouts.models import Promotion, Tier
from rollouts.permissions.roles import Role
from rollouts.queries.authority import roles_of

T = TypeVar("T")
TRIES = 3
LOCK_SECONDS = 5
DEADLOCK, LOCK_TIMEOUT, SERIALIZATION = "40P01", "55P03", "40001"


class Busy(Exception):
    """Others hold the locks; nothing was changed, and the same request may be sent again."""


class PromotionRefused(Exception):
    """What was asked would break a rule; the text says which, in words for the person.

    Shapes
        changes     what got worse since the person looked, where that is why
    """

    def __init__(self, sentence: str, changes: tuple[Change, ...] = ()) -> None:
        super().__init__(sentence)
        self.changes = changes


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a decision is refused; returned, so that it is committed to the trail first."""

    sentence: str
    changes: tuple[Change, ...] = ()


Decision = Callable[[Tier, frozenset[Role]], "Promotion | Refusal"]


def decide(
    action: str,
    tier_id: int,
    work: Decision,
    *,
    actor: AbstractBaseUser,
    now: datetime,
    subject: str = "",
) -> Promotion:
    """Run one person's decision in its transaction.

    Shapes
        action      as the trail calls it: "promotion_approve"; a refusal is "…_refused"
        subject     what it was asked of, where that is not the whole tier

    Errors
        PromotionRefused    the refusal that `work` returned, after it was committed
        Busy                the locks could not be had in three tries
    """

    def once() -> Promotion | Refusal:
        with transaction.atomic(durable=True):
            tier = lock_tier(tier_id)
            roles = roles_of(actor, tier)
            answer = work(tier, roles)
            if isinstance(answer, Refusal):
                audit.record(
                    f"{action}_refused",
                    subject=subject or f"tier {tier.rollout.key}/{tier.name}",
                    actor=actor,
                    at=now,
                    role=", ".join(sorted(roles)),
                    reason=" ".join([answer.sentence, *(one.sentence for one in answer.changes)]),
                )
        return answer

    answer = patiently(once)
    if isinstance(answer, Refusal):
        raise PromotionRefused(answer.sentence, answer.changes)
    return answer


def patiently(once: Callable[[], T]) -> T:
    """Run one transaction, again where others' locks broke it.

    Errors
        Busy    it was broken three times
    """
    for _ in range(TRIES):
        try:
            return once()
        except OperationalError as error:
            if not _is_broken_by_locks(error):
                raise
    raise Busy("Others are deciding on this tier at this moment. Nothing was changed; try again.")


def lock_tier(tier_id: int) -> Tier:
    """Lock a tier for the rest of the transaction, and wait for no lock longer than 5 s."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    rows = Tier.objects.select_for_update(of=("self",)).select_related("rollout")
    return rows.get(pk=tier_id)


def lock_promotion(promotion_id: int) -> Promotion:
    """Lock a promotion whose tier is locked already."""
    return Promotion.objects.select_for_update().get(pk=promotion_id)


def _is_broken_by_locks(error: OperationalError) -> bool:
    """Say whether a transaction fell to a deadlock or a lock that was not to be had."""
    state = getattr(error.__cause__, "sqlstate", None)
    is_locked = connection.vendor == "sqlite" and "locked" in str(error)
    return is_locked or state in {DEADLOCK, LOCK_TIMEOUT, SERIALIZATION}
