"""End a rule: discard a draft, retire an active one. Both make nothing riskier.

Flow: draft → preview → activate → hide and count → *retire*.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User

from diffs.models import Rule as RuleRow
from diffs.models import RulePreview, RuleState
from diffs.models.preview import UNENDED, PreviewState
from diffs.operations.ask_for_look import ask_for_look
from diffs.queries.rules_in_scope import sources_in_scope
from diffs.rules.rule import read_rule
from rollouts.operations.decide_rule import Case, decide_rule
from rollouts.queries.rule_authority import not_approver_in
from rollouts.queries.why_not_rule import why_not_draft_state, why_not_end
from rollouts.reasons import reason_fault


def discard_rule(rule_id: int, *, actor: User, now: datetime) -> RuleRow:
    """Throw a draft away; discarding it again is no error. A preview under way ends.

    Errors
        RuleRefused     it is no draft, or the person neither wrote it nor approves in every tier
        Busy            others decide at this moment
    """

    def work(case: Case) -> str:
        if case.row.state == RuleState.DISCARDED:
            return ""
        if why := why_not_draft_state(case.row):
            return why
        if actor.pk != case.row.author_id and not_approver_in(actor, case.tiers):
            return "Its author and approvers of every tier that it covers may discard it."
        under_way = RulePreview.objects.filter(rule=case.row, state__in=UNENDED)
        under_way.update(state=PreviewState.CANCELLED, ended_at=now)
        end_row(case.row, RuleState.DISCARDED, actor=actor, now=now)
        case.told.action = "rule_discarded"
        return ""

    return decide_rule("rule_discard", rule_id, work, actor=actor, now=now)


def retire_rule(rule_id: int, *, reason: str, actor: User, now: datetime) -> RuleRow:
    """End an active rule at once: what it hid is a difference again from the next look on.

    Retiring it again is no error.

    Errors
        RuleRefused     it was never active, no authority, or no readable reason
        Busy            others decide at this moment
    """

    def work(case: Case) -> str:
        if case.row.state == RuleState.RETIRED:
            return ""
        if case.row.state != RuleState.ACTIVE:
            return f"{case.row.name} is not active."
        if why := why_not_end(actor, case.tiers) or reason_fault(reason):
            return why
        end_row(case.row, RuleState.RETIRED, actor=actor, now=now)
        look_at_touched(case.row, now=now)
        case.told.action, case.told.reason = "rule_retired", reason.strip()
        return ""

    return decide_rule("rule_retire", rule_id, work, actor=actor, now=now)


def end_row(row: RuleRow, state: RuleState, *, actor: User | None, now: datetime) -> None:
    """Write the end of a locked rule."""
    row.state, row.ended_by, row.ended_at = state, actor, now
    row.version += 1
    row.save(update_fields=["state", "ended_by", "ended_at", "version"])


def look_at_touched(row: RuleRow, *, now: datetime) -> None:
    """Ask for a look at every source for which a rule holds."""
    rule = read_rule(str(row.pk), row.content)
    ask_for_look([source.id for source in sources_in_scope(rule)], now=now)
