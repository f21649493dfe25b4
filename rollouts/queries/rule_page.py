"""The page of one rule."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.urls import reverse

from diffs.models import Rule as RuleRow
from diffs.models import RuleState
from diffs.queries.rule_hits import Hits, rule_hits
from ledger.models import AuditRecord
from rollouts.queries.rule_authority import Agreed, agreed, covered_tiers, scope_of
from rollouts.queries.rule_previews import latest_preview
from rollouts.queries.rule_rows import ShownRule, shown_rule
from rollouts.queries.shown_preview import ShownPreview, shown_preview
from rollouts.queries.why_not_rule import (
    why_not_activate,
    why_not_draft_state,
    why_not_end,
    why_not_touch,
)

MOST_TOLD = 30


@dataclass(frozen=True, slots=True)
class Happened:
    """One record of the trail about a rule."""

    at: datetime
    words: str
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class RulePage:
    """All that the page of a rule prints.

    Shapes
        content             the rule as JSON, for people who want it exact
        tiers               those that it covers, "routesrv/test"
        made_from           id of the difference that it was drafted from
        before, after       (name, address) of the version before and after
        why_not_*           why the viewer may not do that now; "" if they may
        agreed              who agreed on the preview shown, and how many are needed
    """

    rule: ShownRule
    version: int
    content: str
    tiers: tuple[str, ...]
    made_from: int | None
    before: tuple[str, str] | None
    after: tuple[str, str] | None
    activated_at: datetime | None
    ended_by: str
    ended_at: datetime | None
    preview: ShownPreview | None
    agreed: Agreed
    why_not_preview: str
    why_not_activate: str
    why_not_end: str
    has_agreed: bool
    happened: tuple[Happened, ...]
    trail_subject: str


def rule_page(row: RuleRow, viewer: User, *, now: datetime) -> RulePage:
    """Return the page of a rule as one person sees it."""
    tiers = covered_tiers(scope_of(row))
    preview = latest_preview(row.pk)
    is_draft = row.state == RuleState.DRAFT
    reach = agreed(preview, tiers)
    subject = f"rule {row.name} {row.content.get('kind', '')}".strip()
    after = RuleRow.objects.filter(replaces=row).order_by("-pk").first()
    return RulePage(
        rule=shown_rule(row, rule_hits().get(str(row.pk), Hits()), now=now),
        version=row.version,
        content=json.dumps(row.content, indent=2, ensure_ascii=False),
        tiers=tuple(f"{tier.rollout.key}/{tier.name}" for tier in tiers),
        made_from=row.made_from_id,
        before=_link(row.replaces),
        after=_link(after),
        activated_at=row.activated_at,
        ended_by=row.ended_by.get_username() if row.ended_by else "",
        ended_at=row.ended_at,
        preview=shown_preview(preview),
        agreed=reach,
        why_not_preview=why_not_draft_state(row) or why_not_touch(viewer, tiers),
        why_not_activate=why_not_activate(row, preview, viewer, tiers, now=now) if is_draft else "",
        why_not_end=why_not_end(viewer, tiers),
        has_agreed=viewer.get_username() in reach.names,
        happened=_happened(subject),
        trail_subject=subject,
    )


def _link(row: RuleRow | None) -> tuple[str, str] | None:
    return (row.name, reverse("rule", args=[row.pk])) if row else None


def _happened(subject: str) -> tuple[Happened, ...]:
    """Return the trail of a rule, the latest first."""
    rows = AuditRecord.objects.filter(subject=subject).order_by("-seq")[:MOST_TOLD]
    return tuple(
        Happened(row.at, row.action.removeprefix("rule_").replace("_", " "), row.actor, row.reason)
        for row in rows
    )
