"""What the rules in force make of a pair of tables, and what has to be asked for them.

Flow: address -> fetch -> parse -> canonical -> compare -> *rules* -> judge -> store.

Theory. A comparison is kept under the digest of all that decided it, so that whoever sees the same
pair under the same rules finds it. Which routes the component itself calls invalid decides as well,
where a rule asks for that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from diffs.looking.invalid_routes import invalid_routes
from diffs.looking.order import Order
from diffs.report import Report
from diffs.rules.apply import Context, Ruled, apply_rules
from diffs.rules.kinds.match_by_content import unique_routes
from diffs.rules.rule_set import NO_RULES, rule_set
from diffs.table import Table


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for the rules that apply.

    Shapes
        digest      of them and of the answers, 64 hex; NO_RULES where none applies
        invalid     {route id: error} where one of them explains by it
    """

    digest: str = NO_RULES
    invalid: Mapping[str, str] = field(default_factory=dict)
    is_meeting: bool = False


def ask_for_rules(order: Order, *, deadline: float) -> Asked:
    """Return the digest of the rules that apply, with what they have to know of the legacy side."""
    if not order.rules:
        return Asked()
    applying = rule_set(order.rules, labels=order.labels, format_name=order.format.name)
    is_meeting = bool(applying.meeting)
    if not applying.explaining:
        return Asked(applying.digest, is_meeting=is_meeting)
    invalid = invalid_routes(order, deadline=deadline)
    text = json.dumps([applying.digest, invalid], sort_keys=True, separators=(",", ":"))
    return Asked(sha256(text.encode()).hexdigest(), invalid, is_meeting)


def ruled_by(
    order: Order, asked: Asked, report: Report, legacy: Table, shadow: Table
) -> Ruled | None:
    """Return the findings parted by the rules that apply; None where none does."""
    if asked.digest == NO_RULES:
        return None
    unique: frozenset[str] = frozenset()
    if asked.is_meeting:
        unique = unique_routes(report.findings, legacy=legacy, shadow=shadow)
    context = Context(order.labels, order.format.name, asked.invalid, unique)
    return apply_rules(report.findings, order.rules, context=context)
