"""Draft a rule.

Flow: difference → *draft* → preview → activate → hide and count → retire.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from diffs.models import Difference, RuleState
from diffs.models import Rule as RuleRow
from diffs.rules.options import BadRule
from diffs.rules.rule import Rule, read_rule
from ledger import audit
from rollouts.models import Tier
from rollouts.operations.decide import patiently
from rollouts.operations.decide_rule import RuleRefused, role_words, subject_of
from rollouts.queries.rule_authority import covered_tiers
from rollouts.queries.why_not_rule import why_not_touch
from rollouts.reasons import reason_fault

LONGEST = timedelta(days=180)
_UNNAMED = "rule"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person writes.

    Shapes
        content         as `diffs.rules.rule.read_rule` reads it
        request_key     the form's nonce: the same form sent twice is one rule
        made_from       id of the difference that it was made of
        replaces        id of the rule whose next version it is; that one goes when this one comes
    """

    content: Mapping[str, object]
    reason: str
    owner: User
    expires_at: datetime
    request_key: str
    made_from: int | None = None
    replaces: int | None = None


def draft_rule(draft: Draft, *, actor: User, now: datetime) -> RuleRow:
    """Write a rule that does nothing yet. A difference that it is made of stays open.

    Errors
        RuleRefused     what it says cannot be read, no authority in any tier that it covers, no
                        readable reason, a date past or more than 180 days off, no such difference
                        or version
    """

    def once() -> RuleRow | str:
        with transaction.atomic(durable=True):
            again = RuleRow.objects.filter(request_key=draft.request_key).first()
            if again is not None:
                return _same(again, draft, actor)
            try:
                rule = read_rule(_UNNAMED, draft.content)
            except BadRule as error:
                return _refused(str(error), (), actor, now)
            tiers = covered_tiers(rule.scope)
            if why := why_not_touch(actor, tiers) or _why_not(draft, now):
                return _refused(why, tiers, actor, now)
            return _write(rule, draft, tiers, actor, now)

    answer = patiently(once)
    if isinstance(answer, str):
        raise RuleRefused(answer)
    return answer


def _same(again: RuleRow, draft: Draft, actor: User) -> RuleRow | str:
    """Return the rule that this very form wrote before."""
    try:
        content = read_rule(_UNNAMED, draft.content).as_dict()
    except BadRule:
        content = {}
    if (again.author_id, again.content) == (actor.pk, content):
        return again
    return "This form was used for another rule. Open the page again."


def _why_not(draft: Draft, now: datetime) -> str:
    """Return what is wrong beside the rule itself."""
    if fault := reason_fault(draft.reason):
        return fault
    if not now < draft.expires_at <= now + LONGEST:
        return f"A rule expires: give a date in the future, at most {LONGEST.days} days off."
    if not draft.owner.is_active:
        return "The owner is deactivated. Name somebody who looks after the rule."
    if draft.made_from is not None and not _is_there(draft.made_from):
        return "There is no such difference."
    if draft.replaces is not None and not _is_replaceable(draft.replaces):
        return "Only an active or retired rule has a next version."
    return ""


def _is_there(difference_id: int) -> bool:
    return Difference.objects.filter(pk=difference_id).exists()


def _is_replaceable(rule_id: int) -> bool:
    states = [RuleState.ACTIVE, RuleState.RETIRED]
    return RuleRow.objects.filter(pk=rule_id, state__in=states).exists()


def _refused(why: str, tiers: tuple[Tier, ...], actor: User, now: datetime) -> str:
    audit.record(
        "rule_draft_refused",
        subject="rules",
        actor=actor,
        at=now,
        role=role_words(actor, tiers),
        reason=why,
    )
    return why


def _write(
    rule: Rule, draft: Draft, tiers: tuple[Tier, ...], actor: User, now: datetime
) -> RuleRow:
    row = RuleRow.objects.create(
        content=rule.as_dict(),
        reason=draft.reason.strip(),
        author=actor,
        made_at=now,
        owner=draft.owner,
        expires_at=draft.expires_at,
        made_from_id=draft.made_from,
        replaces_id=draft.replaces,
        request_key=draft.request_key,
    )
    audit.record(
        "rule_drafted",
        subject=subject_of(row),
        actor=actor,
        at=now,
        role=role_words(actor, tiers),
        after={
            "rule": row.content,
            "owner": draft.owner.get_username(),
            "expires": draft.expires_at.isoformat(),
            "made_from": draft.made_from and f"D-{draft.made_from}",
            "replaces": draft.replaces and f"R-{draft.replaces}",
        },
        reason=row.reason,
    )
    return row
