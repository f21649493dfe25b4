"""How each part is prepared: what is in the cluster, and how its route server writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from demo.fleet.dice import dice
from demo.fleet.gallery_parts import PREPARE as PREPARE_GALLERY
from demo.fleet.plot import Plot, add_filter, busy_route_groups, rewrite, swap
from demo.fleet.routes import Call, Route
from demo.fleet.services import (
    KEEP_FLOW_ID,
    MISSPELT,
    RENEW_FLOW_ID,
    Service,
    new_endpoint,
    services_of,
)
from demo.story import Cluster, Part

DIFFERENT_ROUTES = 6


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
    for place, route in busy_route_groups(plot, seed, count=DIFFERENT_ROUTES):
        plot.quiet.add(place)
        plot.writes[route.ident] = swap(KEEP_FLOW_ID, RENEW_FLOW_ID)


def _flip(plot: Plot, seed: int) -> None:
    """Give one route a header that the route server never writes twice alike."""
    ((place, route),) = busy_route_groups(plot, seed, count=1)
    truth = revision(0)
    rewrite(plot, place, route, add_filter(truth))
    plot.flipping = route.ident
    plot.writes[route.ident] = swap(truth, revision(1))


def _poison(plot: Plot, seed: int) -> None:
    """Give one route a second method and another a filter that Skipper does not have."""
    first, second = busy_route_groups(plot, seed, count=2)
    methods = (Call("Method", ("GET",)), Call("Method", ("POST",)))
    rewrite(plot, *first, lambda one: replace(one, predicates=(*_unbound(one), *methods)))
    rewrite(plot, *second, add_filter(MISSPELT))


def _never_load(plot: Plot, _seed: int) -> None:
    plot.loads = plot.follows = False


def _freeze(plot: Plot, _seed: int) -> None:
    plot.follows = False


def _unbound(route: Route) -> tuple[Call, ...]:
    """Return the predicates of a route without its method."""
    return tuple(call for call in route.predicates if call.name != "Method")


PREPARE: dict[Part, Callable[[Plot, int], None]] = {
    Part.DIFFERENCE: _differ,
    Part.FLIPS: _flip,
    Part.POISON: _poison,
    Part.UNINITIALISED: _never_load,
    Part.FROZEN: _freeze,
    **PREPARE_GALLERY,
}
