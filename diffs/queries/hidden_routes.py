"""The routes of one source that rules hide or the component explains, by its last comparison.

Which rule hides a route is worked out anew from the stored texts: it goes with what is hidden, not
with the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from diffs.models import Comparison, SideState, Source, SourceState
from diffs.outcomes import Side
from diffs.queries.active_rules import active_rules
from diffs.queries.hidden_findings import stored_findings
from diffs.queries.memory import unpacked_digests
from diffs.report import Finding
from diffs.rules.apply import Context, apply_rules


@dataclass(frozen=True, slots=True)
class HiddenRoute:
    """One route with both texts.

    Shapes
        rules   ids of the rules that hide it together; empty where they ended since
        error   what the component says of it, "" where it is hidden and not explained
    """

    key: str
    kind: str
    left: str
    right: str
    rules: tuple[str, ...]
    error: str


@dataclass(frozen=True, slots=True)
class HiddenRoutes:
    """A page of them, and how many there are whose texts are kept."""

    rows: tuple[HiddenRoute, ...]
    total: int
    hits: tuple[tuple[str, int], ...]


def hidden_routes(source_id: int, *, now: datetime, first: int = 0, most: int = 25) -> HiddenRoutes:
    """Return what rules hide at a source now, in the order of the ids."""
    state = SourceState.objects.select_related("source").get(source_id=source_id)
    hits = tuple(sorted((rule, count) for rule, count in state.hits.items() if count))
    comparison = _comparison(state)
    if comparison is None:
        return HiddenRoutes((), 0, hits)
    digests = unpacked_digests(bytes(comparison.hidden_findings))
    found = [finding for _, finding in stored_findings(digests)]
    found.sort(key=lambda finding: finding.key)
    rows = _by_rule(found, state.source, comparison, now)
    return HiddenRoutes(tuple(rows[first : first + most]), len(rows), hits)


def _comparison(state: SourceState) -> Comparison | None:
    """Return the comparison of what both sides show, under the rules of the last look."""
    shown = dict(
        SideState.objects.filter(source_id=state.source_id).values_list("side", "snapshot_id")
    )
    return Comparison.objects.filter(
        legacy_id=shown.get(Side.LEGACY),
        shadow_id=shown.get(Side.SHADOW),
        rules_digest=state.rules_digest,
        comparer=state.comparer,
    ).first()


def _by_rule(
    found: Sequence[Finding], source: Source, comparison: Comparison, now: datetime
) -> list[HiddenRoute]:
    """Return the routes with the rules that hide each; all of them were paired or unique then."""
    context = Context(
        source.labels,
        source.format,
        invalid=comparison.explanations,
        unique={finding.key for finding in found},
    )
    ruled = apply_rules(found, active_rules(now=now), context=context)
    rules = {each.finding.key: each.rules for each in ruled.hidden}
    told = {each.finding.key: (each.rule, each.error) for each in ruled.explained}
    rows = []
    for one in found:
        rule, error = told.get(one.key, ("", ""))
        by = (rule,) if rule else rules.get(one.key, ())
        rows.append(HiddenRoute(one.key, one.kind, one.left, one.right, by, error))
    return rows
