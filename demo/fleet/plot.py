"""How each part of the story is prepared: what is in the cluster, what its route server does to it.

A plot holds no clock: `demo.fleet.cluster` acts it out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from demo.fleet.dice import dice
from demo.fleet.routes import Call, Route
from demo.fleet.services import KEEP_FLOW_ID, Service, new_endpoint, services_of
from demo.story import Cluster, Part

RENEW_FLOW_ID = Call("flowId", ("renew",))
MISSPELT = Call("corsOrigins", ("https://www.example.org",))
DIFFERENT_ROUTES = 6
JOINING_SECONDS = 180.0
"""How long after the others a cluster joins in the difference that they share."""


@dataclass(frozen=True)
class Swap:
    """One filter that the route server writes as another."""

    old: Call
    new: Call


@dataclass
class Plot:
    """A cluster before its first second.

    Shapes
        services  all that runs in it
        quiet     places in `services` whose endpoints never change, so that the story stays to see
        swaps     route id -> what its route server writes differently
        swaps_at  from which second of the story on it does
        flipping  the id of the route whose swap changes every few seconds, or ""
        loads     whether the route server ever loads a first table
        follows   whether it goes on reading the cluster after that
    """

    services: list[Service]
    quiet: set[int] = field(default_factory=set)
    swaps: dict[str, Swap] = field(default_factory=dict)
    swaps_at: float = 0.0
    flipping: str = ""
    loads: bool = True
    follows: bool = True


def plot_of(cluster: Cluster, *, seed: int) -> Plot:
    """Prepare the part that this cluster plays; equal arguments give equal plots."""
    plot = Plot(_services(cluster, seed))
    prepare = PREPARE.get(cluster.part)
    if prepare:
        prepare(plot, seed)
    return plot


def revision(number: int) -> Call:
    """Return the `number`th value of the flipping filter; none comes back within 2**32 numbers."""
    return Call("setRequestHeader", ("X-Revision", f"{number * 2654435761 % 2**32:08x}"))


def _services(cluster: Cluster, seed: int) -> list[Service]:
    """Make what runs in a cluster; one of a family has hosts and endpoints of its own."""
    if not cluster.family:
        return list(services_of(cluster.key, routes=cluster.routes, seed=seed))
    domain = f"{cluster.alias}.example.org"
    shared = services_of(cluster.family, routes=cluster.routes, seed=seed, domain=domain)
    chance = dice(seed, cluster.key, "endpoints")
    return [
        service.with_endpoints(tuple(new_endpoint(chance) for _ in service.endpoints))
        for service in shared
    ]


def _differ(plot: Plot, seed: int) -> None:
    """Let the route server write another flow id into a few RouteGroup routes."""
    for place, route in _busy_route_groups(plot, seed, count=DIFFERENT_ROUTES):
        plot.quiet.add(place)
        plot.swaps[route.ident] = Swap(KEEP_FLOW_ID, RENEW_FLOW_ID)


def _differ_alike(plot: Plot, _seed: int) -> None:
    """Let the route server write another flow id into one route, the same one in every family."""
    place, route = next(
        (place, route)
        for place, service in enumerate(plot.services)
        for route in service.routes
        if len(service.endpoints) > 1 and not route.ident.startswith("kube_rg__")
    )
    _rewrite(plot, place, route, lambda one: replace(one, filters=(*one.filters, KEEP_FLOW_ID)))
    plot.swaps[route.ident] = Swap(KEEP_FLOW_ID, RENEW_FLOW_ID)


def _join(plot: Plot, seed: int) -> None:
    """Differ as the others of the family do, some minutes later."""
    _differ_alike(plot, seed)
    plot.swaps_at = JOINING_SECONDS


def _flip(plot: Plot, seed: int) -> None:
    """Give one route a header that the route server never writes twice alike."""
    ((place, route),) = _busy_route_groups(plot, seed, count=1)
    truth = revision(0)
    _rewrite(plot, place, route, lambda one: replace(one, filters=(*one.filters, truth)))
    plot.flipping = route.ident
    plot.swaps[route.ident] = Swap(truth, revision(1))


def _poison(plot: Plot, seed: int) -> None:
    """Give one route a second method and another a filter that Skipper does not have."""
    first, second = _busy_route_groups(plot, seed, count=2)
    methods = (Call("Method", ("GET",)), Call("Method", ("POST",)))
    _rewrite(plot, *first, lambda one: replace(one, predicates=(*_unbound(one), *methods)))
    _rewrite(plot, *second, lambda one: replace(one, filters=(*one.filters, MISSPELT)))


def _never_load(plot: Plot, _seed: int) -> None:
    plot.loads = plot.follows = False


def _freeze(plot: Plot, _seed: int) -> None:
    plot.follows = False


PREPARE: dict[Part, Callable[[Plot, int], None]] = {
    Part.DIFFERENCE: _differ,
    Part.FLIPS: _flip,
    Part.POISON: _poison,
    Part.UNINITIALISED: _never_load,
    Part.FROZEN: _freeze,
    Part.ALIKE: _differ_alike,
    Part.JOINING: _join,
}


def _busy_route_groups(plot: Plot, seed: int, *, count: int) -> list[tuple[int, Route]]:
    """Choose RouteGroup routes of different services that have endpoints, with their places."""
    candidates = [
        (place, service.routes[0])
        for place, service in enumerate(plot.services)
        if len(service.endpoints) > 1 and KEEP_FLOW_ID in service.routes[0].filters
    ]
    return dice(seed, "plot", str(len(candidates))).sample(candidates, count)


def _rewrite(plot: Plot, place: int, route: Route, change: Callable[[Route], Route]) -> None:
    service = plot.services[place]
    routes = tuple(change(one) if one is route else one for one in service.routes)
    plot.services[place] = replace(service, routes=routes)
    plot.quiet.add(place)


def _unbound(route: Route) -> tuple[Call, ...]:
    """Return the predicates of a route without its method."""
    return tuple(call for call in route.predicates if call.name != "Method")
