"""Agree to a rule; with the last word needed it is active.

Flow: draft → preview → *activate* → hide and count → retire.

Theory. An active rule can open a gate, so it needs what that gate protects: approvers of every tier
that it covers, as many as the strictest of their policies asks for on the way to exec, the author
counting as nobody. What they agree to is a preview of these very words, at most a day old. What a
rule must not hide, nobody can overrule: a difference judged a bug, until that verdict is undone,
and everything at a target at which differences of more than one sort are there, since a rule that
explains all of them explains none.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User

from diffs.models import Rule as RuleRow
from diffs.models import RulePreview, RuleState
from rollouts.models import RuleApproval
from rollouts.operations.decide_rule import Case, decide_rule, subject_of, what_of
from rollouts.operations.end_rule import end_row, look_at_touched
from rollouts.queries.rule_authority import agreed
from rollouts.queries.rule_previews import latest_preview
from rollouts.queries.why_not_rule import why_not_activate

OUTDATED_PAGE = "Another preview ran since you opened the page. Read it first."


def activate_rule(rule_id: int, *, preview_id: int, actor: User, now: datetime) -> RuleRow:
    """Give one person's word for a rule, and activate it where that was the last one needed.

    Agreeing twice is no error and adds nothing.

    Shapes
        preview_id      the preview that the person was shown

    Errors
        RuleRefused     own rule, no approver in every tier, no draft, no good preview, or it would
                        hide a bug or everything
        Busy            others decide on these tiers at this moment
    """

    def work(case: Case) -> str:
        row, preview = case.row, latest_preview(rule_id)
        if row.state == RuleState.ACTIVE and _word_of(row, preview, actor):
            return ""
        if why := why_not_activate(row, preview, actor, case.tiers, now=now):
            return why
        if preview is None or preview.pk != preview_id:
            return OUTDATED_PAGE
        if not _word_of(row, preview, actor):
            _agree(case, preview, actor, now)
        if agreed(preview, case.tiers).count.is_met:
            _activate(case, preview, actor, now)
        return ""

    return decide_rule("rule_activate", rule_id, work, actor=actor, now=now, opens_gates=True)


def _word_of(row: RuleRow, preview: RulePreview | None, actor: User) -> bool:
    """Say whether this person agreed on this preview before."""
    return RuleApproval.objects.filter(rule=row, preview=preview, approver=actor).exists()


def _agree(case: Case, preview: RulePreview, actor: User, now: datetime) -> None:
    """Write the word."""
    row = case.row
    RuleApproval.objects.create(
        rule=row, author_id=row.author_id, approver=actor, preview=preview, approved_at=now
    )
    case.told.action = "rule_approval_given"
    case.told.after = {"preview": preview.pk, **_hides(preview)}


def _activate(case: Case, preview: RulePreview, actor: User, now: datetime) -> None:
    """Write the state, and look at once wherever the rule holds."""
    row = case.row
    row.state, row.activated_by, row.activated_at = RuleState.ACTIVE, actor, now
    row.version += 1
    row.save(update_fields=["state", "activated_by", "activated_at", "version"])
    case.told.action = "rule_activated"
    case.told.after = {"preview": preview.pk, **_hides(preview), "rule": what_of(row)}
    _end_replaced(case, actor, now)
    look_at_touched(row, now=now)


def _hides(preview: RulePreview) -> dict[str, object]:
    """Return the counts that were agreed to, for the trail."""
    names = ("routes", "stays", "targets", "closes", "past")
    return {name: preview.result.get(name) for name in names}


def _end_replaced(case: Case, actor: User, now: datetime) -> None:
    """Retire the version before, so that two of one rule never act at once."""
    if case.row.replaces_id is None:
        return
    before = RuleRow.objects.select_for_update().filter(pk=case.row.replaces_id)
    for row in before.filter(state=RuleState.ACTIVE):
        end_row(row, RuleState.RETIRED, actor=actor, now=now)
        look_at_touched(row, now=now)
        case.told.before = {"replaced": subject_of(row)}
