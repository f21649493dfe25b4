"""One transaction shape for whatever a person does to a rule.

Lock the rule, re-derive the authority, refuse or write, audit, commit. A refusal is written to the
trail and committed before it is raised. Where a decision opens a gate, the tiers that the rule
covers are locked first: lock order is tiers by id, rule, audit head.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from diffs.models import Rule as RuleRow
from diffs.rules.rule import read_rule
from ledger import audit
from rollouts.models import Tier
from rollouts.operations.decide import lock_tier, patiently
from rollouts.queries.authority import roles_of
from rollouts.queries.rule_authority import covered_tiers, scope_of


class RuleRefused(Exception):
    """What was asked would break a rule about rules; the text says which, for the person."""


@dataclass(slots=True)
class Told:
    """What one decision writes to the trail; `action` is empty where there is nothing to tell."""

    action: str = ""
    before: object = None
    after: object = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A rule under decision, locked, with the tiers that it covers."""

    row: RuleRow
    tiers: tuple[Tier, ...]
    told: Told = field(default_factory=Told)


Work = Callable[[Case], str]
"""Returns why it is refused, "" where it was done."""


def subject_of(row: RuleRow) -> str:
    """Return how the trail names a rule: "rule R-7 ignore-id"."""
    return f"rule {row.name} {row.content.get('kind', '')}".strip()


def decide_rule(
    action: str,
    rule_id: int,
    work: Work,
    *,
    actor: AbstractBaseUser,
    now: datetime,
    opens_gates: bool = False,
) -> RuleRow:
    """Run one person's decision on a rule in its transaction.

    Shapes
        action      as the trail calls it: "rule_retire"; a refusal is "…_refused"

    Errors
        RuleRefused     the words that `work` returned, after they were committed
        Busy            the locks could not be had in three tries
    """
    scope = scope_of(RuleRow.objects.get(pk=rule_id))

    def once() -> tuple[RuleRow, str]:
        with transaction.atomic(durable=True):
            tiers = covered_tiers(scope)
            if opens_gates:
                tiers = tuple(lock_tier(tier.pk) for tier in tiers)
            row = RuleRow.objects.select_for_update().get(pk=rule_id)
            case = Case(row, tiers)
            refusal = work(case)
            _record(action, case, refusal, actor=actor, now=now)
        return row, refusal

    row, refusal = patiently(once)
    if refusal:
        raise RuleRefused(refusal)
    return row


def _record(
    action: str, case: Case, refusal: str, *, actor: AbstractBaseUser, now: datetime
) -> None:
    """Write to the trail what was done or refused; what changed nothing leaves no record."""
    told = case.told
    if not refusal and not told.action:
        return
    audit.record(
        f"{action}_refused" if refusal else told.action,
        subject=subject_of(case.row),
        actor=actor,
        at=now,
        role=role_words(actor, case.tiers),
        reason=refusal or told.reason,
        before=None if refusal else told.before,
        after=None if refusal else told.after,
    )


def role_words(actor: AbstractBaseUser, tiers: Sequence[Tier]) -> str:
    """Return the roles that a person holds in any of these tiers, for the trail."""
    roles = {role for tier in tiers for role in roles_of(actor, tier)}
    return ", ".join(sorted(roles))


def what_of(row: RuleRow) -> str:
    """Return what a rule says, in one line, for the trail."""
    return read_rule(row.name, row.content).to_json()
