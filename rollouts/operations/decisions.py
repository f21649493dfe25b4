"""What people decide about single targets: set aside, return, acknowledge a suspect table.

Each is one transaction: lock, re-check authority and version, refuse or write, audit. A refusal is
written to the trail and committed before it is raised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from diffs.operations.acknowledge_table import NothingToAcknowledge, acknowledge_table
from ledger import audit
from rollouts.models import Target
from rollouts.permissions.table import DECIDING
from rollouts.queries.authority import roles_of
from rollouts.reasons import reason_fault

LONGEST = timedelta(days=90)


class DecisionRefused(Exception):
    """The decision would break a rule; the text says which, and what would do, for the person."""


@dataclass(slots=True)
class _Told:
    """What one decision writes to the trail beside its words."""

    before: object = None
    after: object = None


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
        DecisionRefused     no authority in this tier, an outdated page, no readable reason, a date
                            that is past or more than 90 days off
    """

    def decide(locked: Target, told: _Told) -> str:
        if not now < until <= now + LONGEST:
            return "Give a date in the future, at most 90 days off."
        if fault := reason_fault(reason):
            return fault
        told.before, told.after = _aside(locked), {"until": until.isoformat()}
        locked.set_aside_reason, locked.set_aside_until = reason.strip(), until
        locked.set_aside_by = actor  # type: ignore[assignment]
        return ""

    return _decide(
        target, "target_set_aside", decide, actor=actor, reason=reason, version=version, now=now
    )


def return_target(
    target: Target, *, actor: AbstractBaseUser, version: int, now: datetime
) -> Target:
    """Count a target that was set aside again.

    Errors
        DecisionRefused     no authority in this tier, an outdated page, or it was not set aside
    """

    def decide(locked: Target, told: _Told) -> str:
        if locked.set_aside_until is None or locked.set_aside_until <= now:
            return "This target is not set aside."
        told.before = _aside(locked)
        locked.set_aside_reason, locked.set_aside_until, locked.set_aside_by = "", None, None
        return ""

    return _decide(
        target, "target_returned", decide, actor=actor, reason="", version=version, now=now
    )


def acknowledge(
    target: Target,
    *,
    actor: AbstractBaseUser,
    reason: str,
    version: int,
    seen_routes: int,
    now: datetime,
) -> Target:
    """Believe the suspect table of a target at its present size.

    Shapes
        seen_routes     how many routes the table had that the person looked at

    Errors
        DecisionRefused     no authority in this tier, an outdated page, no readable reason, nothing
                            suspect, or the table shrank further since
    """

    def decide(locked: Target, told: _Told) -> str:
        if fault := reason_fault(reason):
            return fault
        try:
            with transaction.atomic():
                side, before, present = acknowledge_table(locked.source_id, now=now)
                transaction.set_rollback(present < seen_routes)
        except NothingToAcknowledge as error:
            return str(error)
        if present < seen_routes:
            return f"The table shrank further, to {present} routes. Look at it again."
        told.before, told.after = {"side": side, "routes": before}, {"routes": present}
        return ""

    return _decide(
        target, "table_acknowledged", decide, actor=actor, reason=reason, version=version, now=now
    )


def _aside(target: Target) -> dict[str, str] | None:
    """Return how a target is set aside at present, for the trail."""
    if target.set_aside_until is None:
        return None
    return {"until": target.set_aside_until.isoformat(), "reason": target.set_aside_reason}


def _decide(  # noqa: PLR0913  (the whole of one decision)
    target: Target,
    action: str,
    decide: Callable[[Target, _Told], str],
    *,
    actor: AbstractBaseUser,
    reason: str,
    version: int,
    now: datetime,
) -> Target:
    """Run one decision in its transaction; commit its refusal before raising it."""
    told = _Told()
    with transaction.atomic(durable=True):
        locked = Target.objects.select_for_update().get(pk=target.pk)
        roles = roles_of(actor, locked.tier)
        subject = f"target {locked.rollout.key}/{locked.tier.name}/{locked.key}"
        if not roles & DECIDING:
            refusal = f"You are neither approver nor operator of {locked.tier.name}."
        elif locked.removed_at is not None:
            refusal = "The fleet file no longer names this target."
        elif locked.version != version:
            refusal = "Somebody changed this target since you opened the page. Look again."
        else:
            refusal = decide(locked, told)
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
            before=told.before,
            after=told.after,
        )
    if refusal:
        raise DecisionRefused(refusal)
    return locked
