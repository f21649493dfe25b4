"""What people decide about single targets: set aside, return, acknowledge a suspect table.

Each is one transaction: lock, re-check authority and version, refuse or write, audit. A refusal is
written to the trail and committed before it is raised.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from diffs.operations.acknowledge_table import NothingToAcknowledge, acknowledge_table
from ledger import audit
from rollouts.models import Target
from rollouts.permissions.table import DECIDING
from rollouts.queries.authority import roles_of

LONGEST = timedelta(days=90)
SHORTEST_REASON = 3


class DecisionRefused(Exception):
    """The decision would break a rule; the text says which, and what would do, for the person."""


def set_aside(
    target: Target,
    *,
    actor: AbstractBaseUser,
    reason: str,
    until: datetime,
    version: int,
    now: datetime,
) -> Target:
    """Leave a target out of its tier's judgement until a date, with a reason.

    Errors
        DecisionRefused     no authority in this tier, an outdated page, no reason, a date that is
                            past or more than 90 days off
    """

    def decide(locked: Target) -> str:
        if not now < until <= now + LONGEST:
            return "Give a date in the future, at most 90 days off."
        if len(reason.strip()) < SHORTEST_REASON:
            return "Give a reason that the next person on call understands."
        locked.set_aside_reason, locked.set_aside_until = reason.strip(), until
        locked.set_aside_by = actor  # type: ignore[assignment]
        return ""

    after = {"until": until.isoformat()}
    return _decide(
        target, "target_set_aside", decide, actor=actor, reason=reason, version=version, now=now,
        after=after,
    )  # fmt: skip


def return_target(
    target: Target, *, actor: AbstractBaseUser, version: int, now: datetime
) -> Target:
    """Count a target that was set aside again.

    Errors
        DecisionRefused     no authority in this tier, an outdated page, or it was not set aside
    """

    def decide(locked: Target) -> str:
        if locked.set_aside_until is None:
            return "This target is not set aside."
        locked.set_aside_reason, locked.set_aside_until, locked.set_aside_by = "", None, None
        return ""

    return _decide(
        target, "target_returned", decide, actor=actor, reason="", version=version, now=now
    )


def acknowledge(
    target: Target, *, actor: AbstractBaseUser, reason: str, version: int, now: datetime
) -> Target:
    """Believe the suspect table of a target at its present size.

    Errors
        DecisionRefused     no authority in this tier, an outdated page, no reason, nothing suspect
    """

    def decide(locked: Target) -> str:
        if len(reason.strip()) < SHORTEST_REASON:
            return "Say why the table may be that small."
        try:
            acknowledge_table(locked.source_id, now=now)
        except NothingToAcknowledge as error:
            return str(error)
        return ""

    return _decide(
        target, "table_acknowledged", decide, actor=actor, reason=reason, version=version, now=now
    )


def _decide(  # noqa: PLR0913  (the whole of one decision)
    target: Target,
    action: str,
    decide: Callable[[Target], str],
    *,
    actor: AbstractBaseUser,
    reason: str,
    version: int,
    now: datetime,
    after: object = None,
) -> Target:
    """Run one decision in its transaction; commit its refusal before raising it."""
    with transaction.atomic(durable=True):
        locked = Target.objects.select_for_update().get(pk=target.pk)
        roles = roles_of(actor, locked.tier)
        subject = f"target {locked.rollout.key}/{locked.tier.name}/{locked.key}"
        if not roles & DECIDING:
            refusal = f"You are neither approver nor operator of {locked.tier.name}."
        elif locked.version != version:
            refusal = "Somebody changed this target since you opened the page. Look again."
        else:
            refusal = decide(locked)
        if not refusal:
            locked.version += 1
            locked.save()
        audit.record(
            f"{action}_refused" if refusal else action,
            subject=subject,
            actor=actor,
            at=now,
            role=", ".join(sorted(roles)),
            reason=refusal or reason.strip(),
            after=after,
        )
    if refusal:
        raise DecisionRefused(refusal)
    return locked
