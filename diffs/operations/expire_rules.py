"""End active rules whose date is past. What they hid is a difference again from the next look on.

Nothing waits for this: no look asks for a rule past its date. The row is only brought in step
with that, the trail told, and a look asked for.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from diffs.models import Rule, RuleState
from diffs.operations.ask_for_look import ask_for_look
from diffs.queries.rules_in_scope import sources_in_scope
from diffs.rules.rule import read_rule
from ledger import audit

ACTOR = "penumbra"
AT_ONCE = 20


def expire_rules(*, now: datetime) -> int:
    """Retire the active rules whose date is past; return how many."""
    due = Rule.objects.filter(state=RuleState.ACTIVE, expires_at__lte=now).order_by("pk")
    return sum(_expire(pk, now) for pk in due.values_list("pk", flat=True)[:AT_ONCE])


def _expire(rule_id: int, now: datetime) -> bool:
    with transaction.atomic():
        row = Rule.objects.select_for_update().get(pk=rule_id)
        if row.state != RuleState.ACTIVE:
            return False
        row.state, row.ended_at = RuleState.RETIRED, now
        row.version += 1
        row.save(update_fields=["state", "ended_at", "version"])
        rule = read_rule(str(row.pk), row.content)
        ask_for_look([source.id for source in sources_in_scope(rule)], now=now)
        audit.record(
            "rule_expired",
            subject=f"rule {row.name} {rule.what.name}",
            actor=ACTOR,
            at=now,
            reason=f"Its date, {row.expires_at:%Y-%m-%d}, is past.",
        )
    return True
