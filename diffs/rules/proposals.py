"""Propose the rules that would make a difference equal, the narrowest first.

Pure: nothing here imports Django, reads a clock or opens a socket.

A difference is a set of findings of one shape. What a rule would have to do is read off their
texts (`remedies`), where it would have to hold off their ids and labels; each rule is then tried on
all of these findings, and only one that hides every one of them is proposed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

import re2

from diffs.report import Finding
from diffs.rules.apply import Context, apply_rules
from diffs.rules.options import BadRule
from diffs.rules.outcome import NEVER_HIDDEN
from diffs.rules.patterns import LONGEST
from diffs.rules.remedies import ID_OPTION, Remedy, remedies_of
from diffs.rules.rule import Rule, read_rule
from diffs.rules.rule_set import Labels

MOST_READ = 20
"""Findings whose texts are read for what a rule could do; all of them are tried."""

_SHORTEST_COMMON = 6
_ID = "proposed"


class Width(StrEnum):
    """How far a proposed rule reaches, the narrowest first."""

    ROUTES = "these routes"
    IDS = "routes with such ids"
    TIER = "every route of the tier"
    ROLLOUT = "every route of the rollout"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule that hides all findings that it was asked for.

    Shapes
        content     as `read_rule` reads it
    """

    width: Width
    content: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be hidden.

    Shapes
        findings    of one difference, n >= 1
        labels      those of the sources at which they are, each set once
        unique      ids whose content no other route of their side has, as far as that is known
    """

    findings: Sequence[Finding]
    labels: Sequence[Labels]
    format_name: str = "eskip"
    unique: Collection[str] = frozenset()


def proposals(asked: Asked) -> tuple[Proposal, ...]:
    """Return the rules that hide all these findings by themselves, the narrowest first.

    None for a refused route or a repeated id, which no rule hides, and none with a pattern that
    matches nearly everything.
    """
    if not asked.findings or any(one.kind in NEVER_HIDDEN for one in asked.findings):
        return ()
    found: dict[str, Proposal] = {}
    remedies = remedies_of(asked.findings[:MOST_READ], format_name=asked.format_name)
    for width, scope in _scopes(asked):
        for remedy in remedies:
            content = _content(remedy, scope)
            rule = _readable(content)
            if rule is not None and _hides_all(rule, asked):
                found.setdefault(rule.to_json(), Proposal(width, rule.as_dict()))
    return tuple(found.values())


def _scopes(asked: Asked) -> Iterator[tuple[Width, dict[str, object]]]:
    """Yield where a rule could hold, the narrowest first; labels that differ are left open."""
    shared: dict[str, object] = {
        name: value
        for name in ("rollout", "tier", "target")
        if (value := _shared(asked.labels, name))
    }
    ids = sorted({finding.key for finding in asked.findings})
    exact = _exact(ids)
    if exact is not None:
        yield Width.ROUTES, {**shared, "route": exact}
    fleet = {name: value for name, value in shared.items() if name != "target"}
    glob = _glob(ids)
    if glob is not None:
        yield Width.IDS, {**fleet, "route": glob}
    if "tier" in shared:
        yield Width.TIER, fleet
    yield Width.ROLLOUT, {name: value for name, value in fleet.items() if name != "tier"}


def _shared(labels: Sequence[Labels], name: str) -> str:
    """Return the value that all sources have of a label; "" where they have not."""
    values = {str(one.get(name, "")) for one in labels}
    return values.pop() if len(values) == 1 else ""


def _exact(ids: Sequence[str]) -> dict[str, str] | None:
    """Return the pattern that matches these ids alone; None where it would be too long."""
    if len(ids) == 1:
        return {"literal": ids[0]}
    text = "|".join(str(re2.escape(one)) for one in ids)
    return {"re2": text} if len(text) <= LONGEST else None


def _glob(ids: Sequence[str]) -> dict[str, str] | None:
    """Return what the ids have in common: of one its namespace, of many their beginning and end."""
    if len(ids) == 1:
        head, mark, _ = ids[0].partition("__")
        return {"glob": f"{head}{mark}*"} if mark else None
    head = _common_beginning(ids)
    shortest = min(map(len, ids)) - len(head)
    tail = _common_beginning([one[::-1] for one in ids])[:shortest][::-1]
    if len(head) + len(tail) < _SHORTEST_COMMON or {"*", "?"} & {*head, *tail}:
        return None
    return {"glob": f"{head}*{tail}"}


def _common_beginning(texts: Sequence[str]) -> str:
    alike = takewhile(lambda signs: len(set(signs)) == 1, zip(*texts, strict=False))
    return "".join(signs[0] for signs in alike)


def _content(remedy: Remedy, scope: Mapping[str, object]) -> dict[str, object]:
    """Return a rule in the form of JSON; a kind that is about ids has the ids as its option."""
    options, where = dict(remedy.options), dict(scope)
    if remedy.needs_ids:
        options[ID_OPTION] = where.pop("route", None)
    content: dict[str, object] = {"kind": remedy.kind, "options": options, "scope": where}
    return content if remedy.side is None else {**content, "side": remedy.side.value}


def _readable(content: Mapping[str, object]) -> Rule | None:
    """Return the rule; None where it is none, because a pattern would be too wide, say."""
    try:
        return read_rule(_ID, content)
    except BadRule:
        return None


def _hides_all(rule: Rule, asked: Asked) -> bool:
    if not asked.labels or not all(rule.scope.covers(labels) for labels in asked.labels):
        return False
    context = Context(asked.labels[0], asked.format_name, unique=asked.unique)
    return len(apply_rules(asked.findings, [rule], context=context).hidden) == len(asked.findings)
