"""A rule as people read it: what it does, and where.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from diffs.rules.kind import RuleSide
from diffs.rules.options import plain_options
from diffs.rules.patterns import Pattern, Syntax
from diffs.rules.rule import Rule, Scope

_SIDES = {
    RuleSide.LEGACY: "on the legacy side",
    RuleSide.SHADOW: "on the shadow side",
    RuleSide.BOTH: "on both sides",
}


def what_it_does(rule: Rule) -> str:
    """Return what a rule does, its options and its side: one sentence of its kind, and the rest."""
    options = [f"{name} {_shown(value)}" for name, value in plain_options(rule.what).items()]
    if rule.what.side is not None:
        options.append(_SIDES[rule.what.side])
    return (
        f"{rule.what.says} {_capital('; '.join(options))}.".strip() if options else rule.what.says
    )


def where_it_holds(scope: Scope) -> str:
    """Return where a rule holds, the widest first."""
    named = [
        f"{name} {value}"
        for name in ("rollout", "tier", "target")
        if (value := getattr(scope, name))
    ]
    where = ", ".join(named) or "every rollout"
    return where if scope.route is None else f"{where}: {_ids(scope.route)}"


def _ids(pattern: Pattern) -> str:
    if pattern.syntax == Syntax.LITERAL:
        return f"the route {pattern.text}"
    return f"routes whose ids match {_shown(pattern.as_dict())}"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        ((syntax, text),) = value.items()
        return f"“{text}”" if syntax == Syntax.LITERAL else f"{syntax} “{text}”"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"“{value}”"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
