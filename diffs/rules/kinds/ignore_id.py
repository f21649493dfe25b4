"""Leave routes out of account by their ids.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from diffs.report import Finding, Kind
from diffs.rules.kind import NameRule, RuleSide
from diffs.rules.options import ID_PATTERN, reads
from diffs.rules.patterns import Pattern

_KINDS = {RuleSide.LEGACY: Kind.ONLY_IN_LEGACY, RuleSide.SHADOW: Kind.ONLY_IN_SHADOW}


@dataclass(frozen=True, kw_only=True)
class IgnoreId(NameRule):
    """Routes with such an id are not compared.

    On one side: where only that side has the route. On both: whatever differs of it.
    """

    name: ClassVar[str] = "ignore-id"
    says: ClassVar[str] = "Leave routes out of account by id: those of one side alone, or any."
    sides: ClassVar[tuple[RuleSide, ...]] = (RuleSide.LEGACY, RuleSide.SHADOW, RuleSide.BOTH)

    pattern: Pattern = field(metadata=reads(ID_PATTERN, "Which ids, the whole of each."))

    def covers(self, finding: Finding) -> bool:
        """Say whether the id matches and the side is the rule's."""
        wanted = _KINDS.get(self.side or RuleSide.BOTH, finding.kind)
        return finding.kind == wanted and self.pattern.matches(finding.key)
