"""Write out the algorithm that Skipper takes where none is named.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: Skipper 0.27, loadbalancer/algorithm.go: the algorithm of a route that names none is
roundRobin.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from diffs.formats.eskip.route import Route
from diffs.part import Role
from diffs.rules.kinds.route_rule import RouteRule

DEFAULT = "roundRobin"


@dataclass(frozen=True, kw_only=True)
class DefaultLbAlgorithm(RouteRule):
    """No algorithm and roundRobin are the same."""

    name: ClassVar[str] = "default-lb-algorithm"
    says: ClassVar[str] = "Read a load-balanced backend without an algorithm as roundRobin."
    roles: ClassVar[frozenset[Role]] = frozenset({Role.BACKEND})

    def changed(self, route: Route) -> Route:
        """Return the route with its algorithm named."""
        if route.backend_type != "lb" or route.lb_algorithm:
            return route
        return replace(route, lb_algorithm=DEFAULT)
