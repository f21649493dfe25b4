"""Say who sees to a difference."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser, User

from diffs.models import Difference
from ledger import audit
from rollouts.operations.decide_difference import (
    Refusal,
    Standing,
    decide_difference,
    may_ask,
    role_text,
    subject_of,
)
from rollouts.queries.difference_people import may_own


def assign_difference(
    difference: Difference,
    *,
    owner: User | None,
    version: int,
    actor: AbstractBaseUser,
    now: datetime,
) -> Difference:
    """Give a difference an owner, or none.

    Shapes
        version     that of the row which the person's page showed

    Errors
        ReviewRefused   no authority, somebody changed it meanwhile, or the owner holds no role
        Busy            the locks could not be had
    """

    def work(locked: Difference, standing: Standing) -> Difference | Refusal:
        if fault := may_ask(standing):
            return Refusal(fault)
        if locked.owner_id == (owner.pk if owner else None):
            return locked  # the same click again
        if locked.version != version:
            return Refusal("Somebody changed the owner since you opened the page. Look again.")
        if owner is not None and not may_own(owner):
            return Refusal("The owner holds no role here. Choose another.")
        before = locked.owner.get_username() if locked.owner else None
        locked.owner, locked.version = owner, locked.version + 1
        locked.save(update_fields=["owner", "version"])
        audit.record(
            "difference_assigned",
            subject=subject_of(locked),
            actor=actor,
            at=now,
            role=role_text(standing.all_roles),
            before={"owner": before},
            after={"owner": owner.get_username() if owner else None},
        )
        return locked

    return decide_difference("difference_assign", difference.pk, work, actor=actor, now=now)
