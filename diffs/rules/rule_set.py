"""The rules that apply to one source, in their one order, and the digest that stands for them.

Pure: nothing here imports Django, reads a clock or opens a socket.

Order. Rules act in the order of KINDS, those of one kind in the order of their JSON: so neither
the rows' order nor who made them first changes an outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from diffs.rules.kind import ExplainingRule, MeetingRule, NameRule, PairRule
from diffs.rules.kinds import KINDS
from diffs.rules.rule import Rule

NO_RULES = "0" * 64
"""The digest of the empty rule set."""

Labels = Mapping[str, str | int]

_ORDER = {name: place for place, name in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in the order in which they act, by what they can do.

    Shapes
        digest      64 hex; NO_RULES where there are none
    """

    rules: tuple[Rule, ...]
    digest: str
    explaining: tuple[tuple[Rule, ExplainingRule], ...]
    meeting: tuple[tuple[Rule, MeetingRule], ...]
    naming: tuple[tuple[Rule, NameRule], ...]
    pairing: tuple[tuple[Rule, PairRule[Any]], ...]


def rule_set(rules: Iterable[Rule], *, labels: Labels, format_name: str) -> RuleSet:
    """Return those of the active rules that apply to a source with these labels and this format."""
    applying = tuple(sorted(_applying(rules, labels, format_name), key=_place))
    return RuleSet(
        rules=applying,
        digest=_digest(applying),
        explaining=tuple(
            (rule, rule.what) for rule in applying if isinstance(rule.what, ExplainingRule)
        ),
        meeting=tuple((rule, rule.what) for rule in applying if isinstance(rule.what, MeetingRule)),
        naming=tuple((rule, rule.what) for rule in applying if isinstance(rule.what, NameRule)),
        pairing=tuple((rule, rule.what) for rule in applying if isinstance(rule.what, PairRule)),
    )


def rules_digest(rules: Iterable[Rule], *, labels: Labels, format_name: str) -> str:
    """Return 64 hex that stand for the rules that apply, whatever their order.

    NO_RULES where none does. Another version of a rule is another digest, another scope as well.
    """
    return _digest(sorted(_applying(rules, labels, format_name), key=_place))


def _applying(rules: Iterable[Rule], labels: Labels, format_name: str) -> list[Rule]:
    return [
        rule
        for rule in rules
        if rule.scope.covers(labels) and (not rule.what.formats or format_name in rule.what.formats)
    ]


def _place(rule: Rule) -> tuple[int, str]:
    return _ORDER[rule.what.name], rule.to_json()


def _digest(rules: Sequence[Rule]) -> str:
    """Return the digest of rules that are in their order."""
    if not rules:
        return NO_RULES
    return sha256("\n".join(rule.to_json() for rule in rules).encode()).hexdigest()
