"""Why a person may not do something with a rule now: one sentence, for page, button and click."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from diffs.models import PreviewState, RulePreview, RuleState
from diffs.models import Rule as RuleRow
from diffs.queries.active_rules import active_rules
from diffs.queries.rules_in_scope import beside, digest_of, sources_in_scope
from diffs.queries.since_preview import TooMany, hidden_bugs, hidden_since
from diffs.rules.rule import Rule, read_rule
from rollouts.gates.naming import listed
from rollouts.models import Tier
from rollouts.permissions.table import ASKING
from rollouts.queries.authority import roles_of
from rollouts.queries.rule_authority import may_ask, not_approver_in

FRESH = timedelta(hours=24)

Person = AbstractBaseUser | AnonymousUser

ENDED = {
    RuleState.ACTIVE: "{} is active already.",
    RuleState.RETIRED: "{} is retired. Make its next version to use it again.",
    RuleState.DISCARDED: "{} was discarded. Draft it anew.",
}


def why_not_touch(actor: Person, tiers: Sequence[Tier]) -> str:
    """Return why a person may not draft, preview or retire a rule there; "" if they may."""
    if not tiers:
        return "The rule covers no tier of the fleet: check its rollout, tier and target."
    if may_ask(actor, tiers):
        return ""
    names = listed([tier.name for tier in tiers])
    return (
        f"Requesters, approvers and operators of {names} may do that. An operator gives the role."
    )


def why_not_end(actor: Person, tiers: Sequence[Tier]) -> str:
    """Return why a person may not retire a rule; "" if they may.

    One that covers no tier any more is retired by whoever may ask anywhere.
    """
    if tiers or not roles_of(actor) & ASKING:
        return why_not_touch(actor, tiers)
    return ""


def why_not_draft_state(row: RuleRow) -> str:
    """Return why a rule is past being changed; "" while it is a draft."""
    if row.state == RuleState.DRAFT:
        return ""
    return ENDED[RuleState(row.state)].format(row.name)


def why_not_activate(
    row: RuleRow,
    preview: RulePreview | None,
    actor: Person,
    tiers: Sequence[Tier],
    *,
    now: datetime,
) -> str:
    """Return why a person may not agree to a rule now; "" if they may.

    Asked in the order in which people can do something about it: the rule, the person, the
    preview, what the rule would hide.
    """
    return (
        why_not_draft_state(row)
        or _why_not_person(row, actor, tiers, now)
        or why_not_preview(row, preview, now=now)
        or _why_not_hidden(row, preview, now)
    )


def _why_not_person(row: RuleRow, actor: Person, tiers: Sequence[Tier], now: datetime) -> str:
    if row.expires_at <= now:
        return f"{row.name} has expired. Draft it anew with a later date."
    if not tiers:
        return why_not_touch(actor, tiers)
    if row.author_id == actor.pk:
        return f"You wrote {row.name}; somebody else has to activate it."
    if missing := not_approver_in(actor, tiers):
        names = listed([tier.name for tier in missing])
        return (
            f"{row.name} covers {names}, and you are no approver there."
            " Approvers of every tier that it covers may activate it."
        )
    return ""


def why_not_preview(row: RuleRow, preview: RulePreview | None, *, now: datetime) -> str:
    """Return why a preview is none to activate on; "" where it is."""
    if preview is None:
        return "Nobody has previewed it yet. Start the preview and read what it would hide."
    if preview.state != PreviewState.DONE or preview.ended_at is None:
        words = {
            PreviewState.CANCELLED: "was cancelled",
            PreviewState.FAILED: "failed",
        }.get(PreviewState(preview.state), "is not through yet")
        return f"Its last preview {words}. Activating needs one that ran to its end."
    if not now - FRESH <= preview.ended_at <= now + timedelta(minutes=1):
        return "Its preview is older than 24 hours. Run it again: other differences may be there."
    rule = read_rule(str(row.pk), row.content)
    return _why_not_current(rule, preview, now)


def _why_not_current(rule: Rule, preview: RulePreview, now: datetime) -> str:
    """Return what has changed around the rule since it was previewed."""
    result = preview.result
    if result.get("content") != digest_of(rule):
        return "What was previewed was another text of the rule. Run the preview again."
    sources = sources_in_scope(rule)
    if result.get("sources") != [source.id for source in sources]:
        return "Targets came or went since the preview. Run it again."
    if result.get("beside") != beside(rule, active_rules(now=now), sources):
        return "Other rules came or went since the preview. Run it again."
    return ""


def _why_not_hidden(row: RuleRow, preview: RulePreview | None, now: datetime) -> str:
    """Return what a rule must not hide; what is too much to be looked through is not guessed."""
    try:
        return _why_not_hide(row, preview, now)
    except TooMany:
        return "Too much changed since the preview to see what it would hide. Run it again."


def _why_not_hide(row: RuleRow, preview: RulePreview | None, now: datetime) -> str:
    """Return what a rule must not hide, by the verdicts and the differences of this moment."""
    if preview is None or preview.began_at is None:
        return ""
    rule = read_rule(str(row.pk), row.content)
    sources, active = sources_in_scope(rule), active_rules(now=now)
    if bugs := hidden_bugs(rule, active, sources, now=now):
        return (
            f"It would hide {_names(bugs)}, judged a bug. Narrow the rule;"
            " or, if the verdict is wrong, undo it on the page of the difference first."
        )
    if emptied := preview.result.get("emptied"):
        return (
            f"It would hide everything at {listed(emptied)}, though what is there is"
            " of more than one sort. Narrow the rule."
        )
    known = set(preview.result.get("difference_ids", ()))
    came = [
        one
        for one in hidden_since(rule, active, sources, since=preview.began_at)
        if one not in known
    ]
    if came:
        return f"It would also hide {_names(came)}, new since the preview. Run the preview again."
    return ""


def _names(differences: Sequence[int]) -> str:
    return listed([f"D-{one}" for one in differences])
