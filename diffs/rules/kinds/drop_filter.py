"""Leave filters out of account by their names.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from diffs.formats.eskip.route import Route
from diffs.part import Role
from diffs.rules.kind import RuleSide
from diffs.rules.kinds.route_rule import RouteRule, with_filters
from diffs.rules.options import NAMES, reads


@dataclass(frozen=True, kw_only=True)
class DropFilter(RouteRule):
    """Filters of these names say nothing, wherever they stand and whatever their arguments."""

    name: ClassVar[str] = "drop-filter"
    says: ClassVar[str] = "Leave filters out of account by name, whatever their arguments."
    sides: ClassVar[tuple[RuleSide, ...]] = (RuleSide.BOTH, RuleSide.LEGACY, RuleSide.SHADOW)
    roles: ClassVar[frozenset[Role]] = frozenset({Role.FILTER})

    names: tuple[str, ...] = field(metadata=reads(NAMES, "The filters, as in comment or annotate."))

    def changed(self, route: Route) -> Route:
        """Return the route without these filters."""
        return with_filters(route, [call for call in route.filters if call.name not in self.names])
