"""Part the findings of one comparison: what is visible, what rules hide, what is explained.

Flow: compare -> findings -> *rules* -> visible findings -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.

Only findings are looked at, so what it costs goes with what differs, not with the tables. A pair
that is equal without rules never comes here, so no rule can make it different.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from diffs.report import Finding
from diffs.rules.outcome import NEVER_HIDDEN, outcome_of
from diffs.rules.rule import Rule
from diffs.rules.rule_set import Labels, RuleSet, rule_set


@dataclass(frozen=True, slots=True)
class Context:
    """Where the findings come from.

    Shapes
        labels      of the source: rollout, tier, rank, target, cluster
        format_name as in FORMATS
        invalid     {route id: error} that the legacy side lists as invalid; empty where it was not
                    asked
        unique      ids that `unique_routes` returned; empty where it was not asked, and then
                    nothing is matched by content
    """

    labels: Labels
    format_name: str = "eskip"
    invalid: Mapping[str, str] = field(default_factory=dict)
    unique: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hidden:
    """A finding that rules hide: the ids of the fewest that do, in the order in which they act."""

    finding: Finding
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A finding that the component itself explains, with its words; shown, and counted apart."""

    finding: Finding
    rule: str
    error: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """Findings parted by rules; each is in one of the three, in the order they came in.

    Shapes
        digest      of the rules that applied, 64 hex; NO_RULES where none did
        hits        {rule id: count of findings it hides or explains}, 0 for one without
    """

    visible: tuple[Finding, ...]
    hidden: tuple[Hidden, ...]
    explained: tuple[Explained, ...]
    hits: Mapping[str, int]
    digest: str


def apply_rules(findings: Sequence[Finding], rules: Iterable[Rule], *, context: Context) -> Ruled:
    """Part the findings of one whole comparison by the active rules.

    Shapes
        findings    all of a comparison: some rules look at them together
        rules       active ones in any order; those that do not apply to the labels do nothing
    """
    applying = rule_set(rules, labels=context.labels, format_name=context.format_name)
    explained = _explained(findings, applying, context.invalid)
    met = _met([each for each in findings if each.key not in explained], applying, context.unique)
    visible, hidden = [], []
    for finding in findings:
        if finding.key in explained:
            continue
        by = met.get(finding.key) or (
            outcome_of(finding, applying, format_name=context.format_name).rules
        )
        if by:
            hidden.append(Hidden(finding, by))
        else:
            visible.append(finding)
    told = tuple(explained.values())
    return Ruled(
        visible=tuple(visible),
        hidden=tuple(hidden),
        explained=told,
        hits=_hits(applying, hidden, told),
        digest=applying.digest,
    )


def _explained(
    findings: Sequence[Finding], rules: RuleSet, invalid: Mapping[str, str]
) -> dict[str, Explained]:
    """Return {id: explanation}, each by the first rule that has one."""
    if not rules.explaining or not invalid:
        return {}
    return {
        finding.key: told
        for finding in findings
        if finding.kind not in NEVER_HIDDEN and (told := _explanation(finding, rules, invalid))
    }


def _explanation(finding: Finding, rules: RuleSet, invalid: Mapping[str, str]) -> Explained | None:
    for rule, explaining in rules.explaining:
        if rule.scope.covers_route(finding.key):
            error = explaining.explanation(finding, invalid)
            if error is not None:
                return Explained(finding, rule.id, error)
    return None


def _met(
    findings: Sequence[Finding], rules: RuleSet, unique: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return {id: the rule} of findings that belong together; both ids must be in its scope."""
    met: dict[str, tuple[str, ...]] = {}
    for rule, meeting in rules.meeting:
        for pair in meeting.meetings(findings, unique):
            keys = [finding.key for finding in pair]
            if all(rule.scope.covers_route(key) for key in keys):
                met.update({key: (rule.id,) for key in keys if key not in met})
    return met


def _hits(
    rules: RuleSet, hidden: Sequence[Hidden], explained: Sequence[Explained]
) -> dict[str, int]:
    hits = {rule.id: 0 for rule in rules.rules}
    for each in hidden:
        for rule in each.rules:
            hits[rule] += 1
    for told in explained:
        hits[told.rule] += 1
    return hits
