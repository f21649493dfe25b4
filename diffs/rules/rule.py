"""A rule as it is kept: what it does, where it holds, and its one way of being written as JSON.

Pure: nothing here imports Django, reads a clock or opens a socket.

    {"kind": "ignore-id", "options": {"pattern": {"glob": "kubeew_*"}}, "side": "legacy",
     "scope": {"tier": "test", "route": {"glob": "kube*"}}}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from diffs.rules.kind import RuleKind, RuleSide
from diffs.rules.kinds import KINDS
from diffs.rules.options import (
    ID_PATTERN,
    TEXT,
    BadRule,
    plain_options,
    read_options,
    read_value,
    refuse_unknown,
)
from diffs.rules.patterns import Pattern

LABELS = ("rollout", "tier", "target")
"""The labels of a source that a scope can name."""

_ROUTE = "route"
_KEYS = ("kind", "options", "side", "scope")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a rule holds: everything that is named must agree, "" and None name nothing.

    Shapes
        rollout, tier, target   labels of the source, opaque
        route                   matched against the whole route id
    """

    rollout: str = ""
    tier: str = ""
    target: str = ""
    route: Pattern | None = None

    def covers(self, labels: Mapping[str, str | int]) -> bool:
        """Say whether it holds for a source with these labels."""
        return all(getattr(self, name) in ("", str(labels.get(name, ""))) for name in LABELS)

    def covers_route(self, key: str) -> bool:
        """Say whether it holds for a route with this id."""
        return self.route is None or self.route.matches(key)

    def as_dict(self) -> dict[str, object]:
        """Return what it names, in the form of JSON."""
        named: dict[str, object] = {
            name: value for name in LABELS if (value := getattr(self, name))
        }
        return named if self.route is None else {**named, _ROUTE: self.route.as_dict()}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in one version.

    Shapes
        id      of this version, given by who keeps it; hits are counted by it
        what    the kind with its options and side
    """

    id: str
    what: RuleKind
    scope: Scope = field(default_factory=Scope)

    def as_dict(self) -> dict[str, object]:
        """Return it, without its id, in the form of JSON that read_rule reads."""
        plain: dict[str, object] = {
            "kind": self.what.name,
            "options": plain_options(self.what),
            "scope": self.scope.as_dict(),
        }
        return plain if self.what.side is None else {**plain, "side": self.what.side.value}

    def to_json(self) -> str:
        """Return the one text that stands for this rule and its id."""
        content = {"id": self.id, **self.as_dict()}
        return json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def read_rule(rule_id: str, given: Mapping[str, object]) -> Rule:
    """Return the rule that JSON says.

    Errors
        BadRule     what is wrong, by the name of the option, and the mend
    """
    refuse_unknown(given, _KEYS, "part of a rule")
    name = given.get("kind")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise BadRule("kind", f"{name!r} is no kind of rule", f"known are: {', '.join(KINDS)}")
    options = read_options(kind, _mapping("options", given.get("options", {})))
    what = kind(side=_side(kind, given.get("side")), **options).checked()
    return Rule(rule_id, what, _scope(_mapping("scope", given.get("scope", {}))))


def _side(kind: type[RuleKind], given: object) -> RuleSide | None:
    if given is None and kind.sides:
        return kind.sides[0]
    if given is None:
        return None
    if isinstance(given, str) and given in {side.value for side in kind.sides}:
        return RuleSide(given)
    if not kind.sides:
        raise BadRule("side", f"{kind.name} has none", "leave it out")
    known = ", ".join(side.value for side in kind.sides)
    raise BadRule("side", f"{given!r} is no side of {kind.name}", f"write one of: {known}")


def _scope(given: Mapping[str, object]) -> Scope:
    refuse_unknown(given, (*LABELS, _ROUTE), "part of a scope")
    labels = {name: read_value(name, TEXT, given[name]) for name in LABELS if name in given}
    route = read_value(_ROUTE, ID_PATTERN, given[_ROUTE]) if _ROUTE in given else None
    return Scope(**labels, route=route)


def _mapping(name: str, given: object) -> Mapping[str, object]:
    if isinstance(given, Mapping):
        return given
    raise BadRule(name, "it is no object", "write it as {…} with names and values")
