"""Keep when each rule last hid or explained anything, from what the last looks counted."""

from __future__ import annotations

from datetime import datetime

from diffs.models import Rule, RuleState
from diffs.queries.rule_hits import rule_hits


def keep_rule_hits(*, now: datetime) -> int:
    """Write the time at every active rule that hits now; return how many."""
    hitting = [int(rule) for rule, hits in rule_hits().items() if hits.routes and rule.isdigit()]
    return Rule.objects.filter(pk__in=hitting, state=RuleState.ACTIVE).update(last_hit_at=now)
