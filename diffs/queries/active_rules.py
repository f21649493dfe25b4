"""The rules in force now, as the pure core reads them."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

import structlog

from diffs.models import Rule as Row
from diffs.models import RuleState
from diffs.rules.options import BadRule
from diffs.rules.rule import Rule, read_rule
from diffs.rules.rule_set import NO_RULES

log = structlog.get_logger(__name__)


def active_rules(*, now: datetime) -> tuple[Rule, ...]:
    """Return the rules that are active and not past their date, each under its row's id.

    One that this version cannot read does nothing: what it hid is visible.
    """
    rows = Row.objects.filter(state=RuleState.ACTIVE, expires_at__gt=now).order_by("pk")
    read = (
        _read(str(pk), json.dumps(content)) for pk, content in rows.values_list("pk", "content")
    )
    return tuple(rule for rule in read if rule is not None)


def rules_version(rollout: str, tier: str, *, now: datetime) -> str:
    """Return 64 hex that stand for the rules in force anywhere in a tier; NO_RULES without any."""
    scopes = ((rule, rule.scope) for rule in active_rules(now=now))
    texts = sorted(
        rule.to_json()
        for rule, scope in scopes
        if scope.rollout in {"", rollout} and scope.tier in {"", tier}
    )
    return sha256("\n".join(texts).encode()).hexdigest() if texts else NO_RULES


@lru_cache(maxsize=1024)
def _read(rule_id: str, content: str) -> Rule | None:
    try:
        return read_rule(rule_id, json.loads(content))
    except BadRule:
        log.exception("rule_not_readable", rule=rule_id)
        return None
