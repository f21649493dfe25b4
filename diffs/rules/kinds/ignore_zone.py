"""Take the zone out of every endpoint.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from diffs.formats.eskip.route import Endpoint, Route
from diffs.part import Role
from diffs.rules.kinds.route_rule import RouteRule


@dataclass(frozen=True, kw_only=True)
class IgnoreZone(RouteRule):
    """Endpoints that differ only by their zone are the same."""

    name: ClassVar[str] = "ignore-zone"
    says: ClassVar[str] = "Leave the zone of endpoints out of account."
    roles: ClassVar[frozenset[Role]] = frozenset({Role.BACKEND})

    def changed(self, route: Route) -> Route:
        """Return the route with no zone at any endpoint; how many there are still counts."""
        if not any(endpoint.zone for endpoint in route.lb_endpoints):
            return route
        addresses = sorted([endpoint.address for endpoint in route.lb_endpoints])
        return replace(route, lb_endpoints=tuple(map(Endpoint, addresses)))
