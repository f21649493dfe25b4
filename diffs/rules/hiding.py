"""Whether one rule more would hide a finding, alone or together with those that are active.

Pure: nothing here imports Django, reads a clock or opens a socket.

What belongs to findings of one comparison (routes matched by content) is asked of all of them;
everything else of each finding by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from diffs.report import Finding
from diffs.rules.apply import Context, apply_rules
from diffs.rules.kind import ExplainingRule, MeetingRule
from diffs.rules.outcome import outcome_of
from diffs.rules.rule import Rule
from diffs.rules.rule_set import Labels, RuleSet, rule_set


@dataclass(frozen=True, slots=True)
class Hiding:
    """One rule at the sources of one kind: with these labels, this format, these active rules."""

    rule: Rule
    labels: Labels
    format_name: str
    alone: RuleSet
    active: RuleSet
    together: RuleSet

    @property
    def key(self) -> str:
        """Name what the answer for one finding depends on beside the finding."""
        return f"{self.alone.digest} {self.together.digest} {self.format_name}"

    @property
    def needs_all(self) -> bool:
        """Say whether the findings of a comparison are to be asked of together."""
        return isinstance(self.rule.what, MeetingRule)

    @property
    def is_unforeseen(self) -> bool:
        """Say whether only a look shows what it does: it asks the component itself."""
        return isinstance(self.rule.what, ExplainingRule)

    def hides(self, finding: Finding) -> bool:
        """Say whether it hides one finding that the active rules leave, or would hide it alone."""
        if outcome_of(finding, self.alone, format_name=self.format_name).is_hidden:
            return True
        if not (self.active.naming or self.active.pairing):
            return False
        if outcome_of(finding, self.active, format_name=self.format_name).is_hidden:
            return False
        return outcome_of(finding, self.together, format_name=self.format_name).is_hidden

    def hidden_among(self, findings: Sequence[Finding]) -> tuple[bool, ...]:
        """Say of all findings of one comparison which it hides.

        What the findings do not show is taken as it looks: a content that one route alone differs
        by may stand in an equal route as well, and then a look hides less.
        """
        often = Counter((one.kind, one.left, one.right) for one in findings)
        unique = {one.key for one in findings if often[one.kind, one.left, one.right] == 1}
        context = Context(self.labels, self.format_name, unique=unique)
        hidden = {
            each.finding for each in apply_rules(findings, [self.rule], context=context).hidden
        }
        return tuple(finding in hidden for finding in findings)


def hiding_of(rule: Rule, active: Iterable[Rule], *, labels: Labels, format_name: str) -> Hiding:
    """Return what one rule does at a source with these labels and this format."""
    others = [one for one in active if one.id != rule.id]
    sets = [
        rule_set(rules, labels=labels, format_name=format_name)
        for rules in ([rule], others, [*others, rule])
    ]
    return Hiding(rule, labels, format_name, *sets)
