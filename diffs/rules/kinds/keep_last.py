"""Keep only the last of filters of which Skipper keeps only the last.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: Skipper 0.27, scheduler/scheduler.go (its PreProcessor: of fifo and of lifo all but the last
are removed, each name by itself; lifoGroup is left alone) and filters/shedder/admission.go (the
same for admissionControl). The last one stays where it stands. routesrv runs neither.
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
class KeepLast(RouteRule):
    """Of repeated filters of some names, the last one alone."""

    name: ClassVar[str] = "keep-last"
    says: ClassVar[str] = "Keep only the last of repeated filters, as Skipper does when it loads."
    sides: ClassVar[tuple[RuleSide, ...]] = (RuleSide.BOTH, RuleSide.LEGACY, RuleSide.SHADOW)
    roles: ClassVar[frozenset[Role]] = frozenset({Role.FILTER})

    names: tuple[str, ...] = field(
        default=("admissionControl", "fifo", "lifo"),
        metadata=reads(NAMES, "The filters, each name by itself."),
    )

    def changed(self, route: Route) -> Route:
        """Return the route with one filter of each name, the last one."""
        last = {call.name: place for place, call in enumerate(route.filters)}
        kept = [
            call
            for place, call in enumerate(route.filters)
            if last[call.name] == place or call.name not in self.names
        ]
        return with_filters(route, kept)
