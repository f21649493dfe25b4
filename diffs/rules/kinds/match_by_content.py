"""Match a route that only legacy has with one that only the shadow has, by what they say.

Pure: nothing here imports Django, reads a clock or opens a socket.

Routes that say the same are told apart by their ids alone, so the content must be unique in the
whole table of either side: a third route that says it leaves it open which of them was renamed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from diffs.report import Finding, Kind
from diffs.rules.kind import MeetingRule
from diffs.table import Table


@dataclass(frozen=True, kw_only=True)
class MatchByContent(MeetingRule):
    """Two routes that say the same under two ids are one, where no third one says it."""

    name: ClassVar[str] = "match-by-content"
    says: ClassVar[str] = "Match routes whose ids differ and whose content is the same, if unique."

    def meetings(
        self, findings: Sequence[Finding], unique: Collection[str]
    ) -> Iterator[tuple[Finding, Finding]]:
        """Yield the pairs, in the order of the findings of legacy."""
        candidates = [finding for finding in findings if finding.key in unique]
        shadow = {each.right: each for each in candidates if each.kind == Kind.ONLY_IN_SHADOW}
        for each in candidates:
            if each.kind == Kind.ONLY_IN_LEGACY and each.left in shadow:
                yield each, shadow[each.left]


def unique_routes(findings: Sequence[Finding], *, legacy: Table, shadow: Table) -> frozenset[str]:
    """Return the ids of routes that one side alone has and whose content is unique on that side.

    Shapes
        findings    those of the comparison of the two tables
    """
    sides = {Kind.ONLY_IN_LEGACY: legacy, Kind.ONLY_IN_SHADOW: shadow}
    if not sides.keys() <= {finding.kind for finding in findings}:
        return frozenset()
    often = {kind: Counter(table.lines.meanings) for kind, table in sides.items()}
    return frozenset(
        finding.key
        for finding in findings
        if finding.kind in sides
        and often[finding.kind][sides[finding.kind].digests[finding.key]] == 1
    )
