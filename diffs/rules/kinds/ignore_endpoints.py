"""Take routes as the same that differ only by which pods were ready.

Pure: nothing here imports Django, reads a clock or opens a socket.
See diffs.formats.eskip.readiness for how the number of ready pods shows in a route.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from diffs.formats.eskip.readiness import frame_of_no_endpoints, is_churn, ready_of
from diffs.formats.eskip.route import Call, Route
from diffs.formats.eskip.route_pair import RoutePair
from diffs.part import Role
from diffs.rules.kind import PairRule


@dataclass(frozen=True, kw_only=True)
class IgnoreEndpoints(PairRule[RoutePair]):
    """No, one and more ready pods of one service are the same backend."""

    name: ClassVar[str] = "ignore-endpoints"
    says: ClassVar[str] = (
        "Leave out of account which pods are ready: none (502, “no endpoints”), one, or more, "
        "with the same scheme and ports."
    )
    formats: ClassVar[frozenset[str]] = frozenset({"eskip"})

    @property
    def touches(self) -> frozenset[Role]:
        """Return the backend, and the filters that no ready pod replaces."""
        return frozenset({Role.BACKEND, Role.FILTER})

    def normalised(self, pair: RoutePair) -> RoutePair:
        """Return the pair with the backend of the left side on both."""
        left, right = ready_of(pair.left), ready_of(pair.right)
        if left and right:
            return pair.with_backend_of_left() if is_churn(left, right) else pair
        if right and not left:
            return _without_pods(pair, pair.left, pair.right)
        if left and not right:
            return _without_pods(pair, pair.right, pair.left)
        return pair


def _without_pods(pair: RoutePair, empty: Route, served: Route) -> RoutePair:
    """Return the pair as the same where one side is the shunt of no endpoints.

    What stands around that shunt are default filters: the other side must have them as well.
    """
    frame = frame_of_no_endpoints(empty)
    if frame is None or not _frames(*frame, served.filters):
        return pair
    same = pair.with_backend_of_left()
    return RoutePair(same.left, replace(same.right, filters=same.left.filters))


def _frames(before: tuple[Call, ...], behind: tuple[Call, ...], filters: tuple[Call, ...]) -> bool:
    """Say whether the filters begin and end with these."""
    inner = len(filters) - len(behind)
    return inner >= len(before) and filters[: len(before)] == before and filters[inner:] == behind
