"""Read the names of headers without regard to case, in Header and HeaderRegexp.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from diffs.formats.eskip.header_names import with_canonical_names
from diffs.formats.eskip.route import Route
from diffs.part import Role
from diffs.rules.kinds.route_rule import RouteRule


@dataclass(frozen=True, kw_only=True)
class HeaderNameCase(RouteRule):
    """Header names that differ only by case are the same; the values are not."""

    name: ClassVar[str] = "header-name-case"
    says: ClassVar[str] = "Read header names in Header and HeaderRegexp without regard to case."
    roles: ClassVar[frozenset[Role]] = frozenset({Role.PREDICATE})

    def changed(self, route: Route) -> Route:
        """Return the route with its header names as Go writes them."""
        return with_canonical_names(route)
