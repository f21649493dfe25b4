"""The rules that were drafted from a difference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diffs.models import Rule, RuleState


@dataclass(frozen=True, slots=True)
class MadeRule:
    """One rule: R-7 is drafted from this."""

    id: int
    name: str
    state: str
    author: str
    made_at: datetime


def rules_made_from(difference_id: int) -> tuple[MadeRule, ...]:
    """Return the drafts and active rules that were made from a difference, the newest first.

    While one is a draft, the difference is open as it was: a draft hides nothing.
    """
    rows = Rule.objects.filter(
        made_from_id=difference_id, state__in=[RuleState.DRAFT, RuleState.ACTIVE]
    )
    return tuple(
        MadeRule(row.pk, row.name, row.state, row.author.get_username(), row.made_at)
        for row in rows.select_related("author").order_by("-pk")
    )
