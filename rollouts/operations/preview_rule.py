"""Start and cancel the preview of a rule; workers run it.

Flow: draft → *preview* → activate.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User

from diffs.models import Rule as RuleRow
from diffs.models import RulePreview
from diffs.models.preview import UNENDED, PreviewState
from rollouts.operations.decide_rule import Case, decide_rule
from rollouts.queries.why_not_rule import why_not_draft_state, why_not_touch


def start_preview(rule_id: int, *, actor: User, now: datetime) -> RuleRow:
    """Ask for a preview of a draft; while one is under way, asking again adds nothing.

    Errors
        RuleRefused     it is no draft, or no authority in any tier that it covers
        Busy            others decide at this moment
    """

    def work(case: Case) -> str:
        if why := why_not_draft_state(case.row) or why_not_touch(actor, case.tiers):
            return why
        if not RulePreview.objects.filter(rule=case.row, state__in=UNENDED).exists():
            RulePreview.objects.create(rule=case.row, started_by=actor, started_at=now)
            case.told.action = "rule_preview_started"
        return ""

    return decide_rule("rule_preview", rule_id, work, actor=actor, now=now)


def cancel_preview(rule_id: int, *, actor: User, now: datetime) -> RuleRow:
    """Stop the preview under way; where there is none, nothing happens.

    Errors
        RuleRefused     no authority in any tier that the rule covers
        Busy            others decide at this moment
    """

    def work(case: Case) -> str:
        if why := why_not_touch(actor, case.tiers):
            return why
        under_way = RulePreview.objects.filter(rule=case.row, state__in=UNENDED)
        if under_way.update(state=PreviewState.CANCELLED, ended_at=now):
            case.told.action = "rule_preview_cancelled"
        return ""

    return decide_rule("rule_preview_cancel", rule_id, work, actor=actor, now=now)
