"""How each part of the gallery is prepared: one thing that evidence has to tell apart."""

from __future__ import annotations

from collections.abc import Callable

from demo.fleet.plot import Change, Plot, add_filter, busy_route_groups, rewrite, swap
from demo.fleet.routes import Call, Route
from demo.fleet.services import KEEP_FLOW_ID, MISSPELT, RENEW_FLOW_ID
from demo.gallery import INTERVAL_SECONDS
from demo.story import Part

JOINING_SECONDS = 180.0
"""How long after the others a cluster joins in the difference that they share."""
SHRINKING_SECONDS = 75.0
OWN_QUEUES = tuple(Call("fifo", (size, 10, "250ms")) for size in (50, 100, 200, 400, 800))
DEFAULTS = (Call("enableAccessLog", (4, 5)), Call("xforward"))
INLINE = Route(
    "inline_status_page",
    (Call("Path", ("/status",)),),
    (Call("status", (200,)), Call("inlineContent", ("ok",))),
    backend="<shunt>",
)
BUSY_SERVICES = 3
SLOW_CHURN_SECONDS = (40.0, 60.0)
FORMS = ((2, 1), (2, 0), (1, 0))
"""Endpoints of a service, at least two or exactly so many, and those that the shadow shows."""


def _differ_alike(plot: Plot, _seed: int) -> None:
    """Let the route server write another flow id into one route, the same one in every family."""
    place, route = next(
        (place, route)
        for place, service in enumerate(plot.services)
        for route in service.routes
        if len(service.endpoints) > 1 and not route.ident.startswith("kube_rg__")
    )
    rewrite(plot, place, route, add_filter(KEEP_FLOW_ID))
    plot.writes[route.ident] = swap(KEEP_FLOW_ID, RENEW_FLOW_ID)


def _join(plot: Plot, seed: int) -> None:
    """Differ as the others of the family do, some minutes later."""
    _differ_alike(plot, seed)
    plot.writes_at = JOINING_SECONDS


def _miss_endpoints(plot: Plot, _seed: int) -> None:
    """Let the route server show fewer endpoints of three services: one less form for each."""
    for ready, shown in FORMS:
        place, service = next(
            (place, service)
            for place, service in enumerate(plot.services)
            if place not in plot.quiet
            and min(len(service.endpoints), 2) == ready
            and not any(route.backend for route in service.routes)
        )
        plot.quiet.add(place)
        plot.writes.update((route.ident, _with_endpoints(shown)) for route in service.routes)


def _with_endpoints(count: int) -> Change:
    return lambda one: one.with_endpoints(one.endpoints[:count])


def _queue(plot: Plot, seed: int) -> None:
    """Give a few routes a fifo of their own behind the one that every route has."""
    chosen = busy_route_groups(plot, seed, count=len(OWN_QUEUES))
    for (place, route), queue in zip(chosen, OWN_QUEUES, strict=True):
        rewrite(plot, place, route, add_filter(queue))


def _prepend(plot: Plot, _seed: int) -> None:
    plot.defaults = DEFAULTS


def _inline(plot: Plot, _seed: int) -> None:
    plot.inline = (INLINE,)


def _misspell(plot: Plot, seed: int) -> None:
    """Give one route a filter that Skipper does not have."""
    ((place, route),) = busy_route_groups(plot, seed, count=1)
    rewrite(plot, place, route, add_filter(MISSPELT))


def _fall_behind(plot: Plot, _seed: int) -> None:
    """Change once between two looks, and let the route server learn of it one change later."""
    plot.is_behind = True
    plot.churn = (INTERVAL_SECONDS, INTERVAL_SECONDS)


def _shrink(plot: Plot, _seed: int) -> None:
    plot.shrinks_at = SHRINKING_SECONDS


def _stick(plot: Plot, _seed: int) -> None:
    """Let the second pod keep its first table; few services change, so that it stays to read."""
    plot.stuck = 1
    plot.starts_moving, plot.churn = True, SLOW_CHURN_SECONDS
    busy = [place for place, one in enumerate(plot.services) if len(one.endpoints) > 1]
    plot.quiet.update({*range(len(plot.services))} - {*busy[:BUSY_SERVICES]})


PREPARE: dict[Part, Callable[[Plot, int], None]] = {
    Part.ALIKE: _differ_alike,
    Part.JOINING: _join,
    Part.ENDPOINTS: _miss_endpoints,
    Part.QUEUES: _queue,
    Part.DEFAULTS: _prepend,
    Part.INLINE: _inline,
    Part.INVALID: _misspell,
    Part.BEHIND: _fall_behind,
    Part.SHRINKING: _shrink,
    Part.STUCK: _stick,
}
