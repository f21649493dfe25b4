"""What kinds of rules over eskip routes share: a change to each side that the rule is about.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import ClassVar

from diffs.formats.eskip.route import Call, Route
from diffs.formats.eskip.route_pair import RoutePair
from diffs.part import Role
from diffs.rules.kind import PairRule, RuleSide


class RouteRule(PairRule[RoutePair]):
    """Changes single routes, on the rule's side or on both."""

    formats: ClassVar[frozenset[str]] = frozenset({"eskip"})
    roles: ClassVar[frozenset[Role]]

    @property
    def touches(self) -> frozenset[Role]:
        """Return the parts that this kind changes."""
        return self.roles

    @abstractmethod
    def changed(self, route: Route) -> Route:
        """Return a route without what the rule takes out; itself where that is nothing."""

    def normalised(self, pair: RoutePair) -> RoutePair:
        """Return the pair with each route of the rule's side changed."""
        return RoutePair(
            pair.left if self.side == RuleSide.SHADOW else self.changed(pair.left),
            pair.right if self.side == RuleSide.LEGACY else self.changed(pair.right),
        )


def with_filters(route: Route, kept: list[Call]) -> Route:
    """Return a route with only these of its filters."""
    return route if len(kept) == len(route.filters) else replace(route, filters=tuple(kept))
