"""Explain a route that only the shadow has by what the legacy side calls invalid.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: GET /routes?invalid=true of Skipper 0.24.47 and later; Skipper drops such a route alone,
routesrv serves it, and after exec Skipper drops it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from diffs.report import Finding, Kind
from diffs.rules.kind import ExplainingRule


@dataclass(frozen=True, kw_only=True)
class ExplainedByInvalid(ExplainingRule):
    """A route only in the shadow that legacy lists as invalid is explained, with the error."""

    name: ClassVar[str] = "explained-by-invalid"
    says: ClassVar[str] = "Explain routes only in the shadow by the errors that legacy lists."

    def explanation(self, finding: Finding, invalid: Mapping[str, str]) -> str | None:
        """Return the error of the route's id."""
        return invalid.get(finding.key) if finding.kind == Kind.ONLY_IN_SHADOW else None
