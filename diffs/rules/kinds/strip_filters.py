"""Take a list of default filters off the routes of one side, where only that side has it.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: Skipper's -default-filters-prepend and -default-filters-append add one exact list to every
route, once.

The list is taken off once, and only where the side begins with it once more often than the other
side: a route that has the same filters of its own keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from diffs.formats.eskip.acceptance import accept
from diffs.formats.eskip.lexer import Fault, Meter
from diffs.formats.eskip.parse import parse_definition
from diffs.formats.eskip.route import Call, Route
from diffs.formats.eskip.route_pair import RoutePair, line_of_call
from diffs.part import Role
from diffs.rules.kind import RuleSide
from diffs.rules.kinds.route_rule import RouteRule
from diffs.rules.options import LONGEST_TEXT, Reader, Unfit, one_of, reads

Filters = tuple[Call, ...]

PREPEND, APPEND = "prepend", "append"
_EXAMPLE = 'disableAccessLog(2, 3) -> fifo(2000, 20, "1s")'


def _read_filters(given: Any) -> Filters:  # noqa: ANN401 - whatever stands in JSON
    if not isinstance(given, str) or len(given) > LONGEST_TEXT:
        raise Unfit("it is no list of filters", f"write at most {LONGEST_TEXT} characters")
    data = b"* -> " + given.strip().encode() + b" -> <shunt>"
    try:
        filters = accept(parse_definition(data, 0, len(data), meter=Meter(), is_first=True)).filters
    except Fault as fault:
        raise Unfit(
            f"as a list of filters it cannot be read: {fault}", f"write {_EXAMPLE}"
        ) from None
    if not filters:
        raise Unfit("it names no filter", f"write {_EXAMPLE}")
    return filters


FILTERS = Reader(
    _read_filters, lambda filters: " -> ".join(line_of_call(call) for call in filters), _EXAMPLE
)


@dataclass(frozen=True, kw_only=True)
class StripFilters(RouteRule):
    """One exact list of filters at the beginning or end of one side says nothing."""

    name: ClassVar[str] = "strip-filters"
    says: ClassVar[str] = "Take a list of default filters, with exact arguments, off one side."
    sides: ClassVar[tuple[RuleSide, ...]] = (RuleSide.LEGACY, RuleSide.SHADOW)
    roles: ClassVar[frozenset[Role]] = frozenset({Role.FILTER})

    filters: Filters = field(metadata=reads(FILTERS, "The filters with their arguments, in order."))
    place: str = field(
        default=PREPEND,
        metadata=reads(one_of(PREPEND, APPEND), "Whether they begin or end the list."),
    )

    def normalised(self, pair: RoutePair) -> RoutePair:
        """Return the pair with the list taken off the rule's side."""
        side, other = pair.left, pair.right
        if self.side == RuleSide.SHADOW:
            side, other = other, side
        if self._times(side.filters) != self._times(other.filters) + 1:
            return pair
        stripped = self.changed(side)
        if self.side == RuleSide.SHADOW:
            return RoutePair(pair.left, stripped)
        return RoutePair(stripped, pair.right)

    def changed(self, route: Route) -> Route:
        """Return the route without the list, once."""
        count = len(self.filters)
        kept = route.filters[count:] if self.place == PREPEND else route.filters[:-count]
        return replace(route, filters=kept)

    def _times(self, filters: Filters) -> int:
        """Return how often the list stands at its end of some filters, one behind the other."""
        mine = self.filters
        if self.place == APPEND:
            mine, filters = mine[::-1], filters[::-1]
        times = 0
        while filters[: len(mine)] == mine:
            filters, times = filters[len(mine) :], times + 1
        return times
