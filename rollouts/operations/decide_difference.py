"""One transaction shape for whatever a person does about a difference.

Lock the difference, re-derive the authority in the tiers where it is, refuse or write, audit,
commit. A refusal of a signed-in person is written to the trail and committed before it is raised.
Lock order: difference, state of sources, audit head.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction

from diffs.models import Difference
from ledger import audit
from rollouts.models import Tier
from rollouts.operations.decide import LOCK_SECONDS, patiently
from rollouts.permissions.roles import Role
from rollouts.permissions.table import ASKING, DECIDING
from rollouts.queries.authority import roles_in
from rollouts.queries.difference_tiers import tiers_of_rollout, tiers_showing

T = TypeVar("T")


class ReviewRefused(Exception):
    """What was asked would break a rule; the text says which, in words for the person.

    Shapes
        came    the variants in words that joined since the person looked, where that is why
    """

    def __init__(self, sentence: str, came: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.came = came


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a decision is refused; returned, so that it is committed to the trail first."""

    sentence: str
    came: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What one person is in the tiers that a decision reaches.

    Shapes
        tiers       where the difference is now; all of its rollout where it is nowhere
        roles       {id of a tier: roles the person holds there}
    """

    tiers: tuple[Tier, ...]
    roles: dict[int, frozenset[Role]]

    @property
    def all_roles(self) -> frozenset[Role]:
        """Return every role the person holds in any of the tiers."""
        return frozenset().union(*self.roles.values())

    def missing(self, needed: frozenset[Role], *, everywhere: bool) -> str:
        """Return the tier in which authority is missing, "" where none is.

        `everywhere` asks for it in every tier; else one is enough.
        """
        lacking = [tier.name for tier in self.tiers if not needed & self.roles[tier.pk]]
        is_enough = not lacking if everywhere else len(lacking) < len(self.tiers)
        return "" if is_enough else lacking[0] if lacking else "any tier"


def decide_difference(
    action: str,
    difference_id: int,
    work: Callable[[Difference, Standing], T | Refusal],
    *,
    actor: AbstractBaseUser,
    now: datetime,
) -> T:
    """Run one person's decision in its transaction.

    Shapes
        action      as the trail calls it: "verdict_give"; a refusal is "…_refused"

    Errors
        ReviewRefused   the refusal that `work` returned, after it was committed
        Busy            the locks could not be had in three tries
    """

    def once() -> T | Refusal:
        with transaction.atomic(durable=True):
            difference = lock_difference(difference_id)
            standing = standing_of(actor, difference)
            answer = work(difference, standing)
            if isinstance(answer, Refusal):
                audit.record(
                    f"{action}_refused",
                    subject=subject_of(difference),
                    actor=actor,
                    at=now,
                    role=role_text(standing.all_roles),
                    reason=answer.sentence,
                )
        return answer

    answer = patiently(once)
    if isinstance(answer, Refusal):
        raise ReviewRefused(answer.sentence, answer.came)
    return answer


def lock_difference(difference_id: int) -> Difference:
    """Lock a difference for the rest of the transaction, and wait for no lock longer than 5 s."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    return Difference.objects.select_for_update().get(pk=difference_id)


def standing_of(actor: AbstractBaseUser, difference: Difference) -> Standing:
    """Return what a person is where a difference is now."""
    tiers = tuple(tiers_showing(difference) or tiers_of_rollout(difference))
    return Standing(tiers, roles_in(actor, tiers))


def subject_of(difference: Difference) -> str:
    """Return a difference as the trail names it."""
    return f"difference {difference.name} {difference.rollout}"


def role_text(roles: Collection[Role]) -> str:
    """Return roles as the trail keeps them."""
    return ", ".join(sorted(roles))


def may_decide(standing: Standing) -> str:
    """Say why somebody may not: neither approver nor operator where the difference is; "" if so."""
    tier = standing.missing(DECIDING, everywhere=True)
    if not tier:
        return ""
    return (
        f"You are neither approver nor operator of {tier}, and it holds for every tier where the"
        " difference is."
    )


def may_ask(standing: Standing) -> str:
    """Say why somebody may not: they only look in every tier where the difference is; "" if not."""
    if standing.missing(ASKING, everywhere=False):
        return "You are only looking here: this needs a role in a tier where it is."
    return ""
