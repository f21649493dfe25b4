"""A cluster before its first second: what runs in it, and what its readers make of it.

A plot holds no clock: `demo.fleet.cluster` acts it out. `demo.fleet.parts` and
`demo.fleet.gallery_parts` prepare one for each part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from demo.fleet.dice import dice
from demo.fleet.routes import Call, Route
from demo.fleet.services import KEEP_FLOW_ID, Service

CHURN_SECONDS = (8.0, 15.0)

Change = Callable[[Route], Route]


@dataclass
class Plot:
    """A cluster before its first second.

    Shapes
        services  all that runs in it
        quiet     places in `services` whose endpoints never change, so that the story stays to see
        writes    route id -> how its route server writes that route
        flipping  the id of the route that is written in another way every few seconds, or ""
        loads     whether the route server ever loads a first table
        follows   whether it goes on reading the cluster after that
        is_behind whether it learns of a change only when the next one comes
        defaults  filters that Skipper puts before those of each route
        inline    routes that Skipper has from its command line
        starts_moving  whether the first change comes with the first second
        stuck     the pod that keeps its first table for ever, counted from 0; None: none does

    Units
        writes_at   seconds of the story after which the route server writes so
        shrinks_at  seconds after which a part of the services is gone; None: never
        churn       seconds between two changes, at least and at most
    """

    services: list[Service]
    quiet: set[int] = field(default_factory=set)
    writes: dict[str, Change] = field(default_factory=dict)
    writes_at: float = 0.0
    flipping: str = ""
    loads: bool = True
    follows: bool = True
    is_behind: bool = False
    starts_moving: bool = False
    defaults: tuple[Call, ...] = ()
    inline: tuple[Route, ...] = ()
    stuck: int | None = None
    shrinks_at: float | None = None
    churn: tuple[float, float] = CHURN_SECONDS


def swap(old: Call, new: Call) -> Change:
    """Return a change that writes one filter as another."""
    return lambda one: one.with_filter(old, new)


def add_filter(call: Call) -> Change:
    """Return a change that adds a filter at the end."""
    return lambda one: replace(one, filters=(*one.filters, call))


def busy_route_groups(plot: Plot, seed: int, *, count: int) -> list[tuple[int, Route]]:
    """Choose RouteGroup routes of different services that have endpoints, with their places."""
    candidates = [
        (place, service.routes[0])
        for place, service in enumerate(plot.services)
        if len(service.endpoints) > 1 and KEEP_FLOW_ID in service.routes[0].filters
    ]
    return dice(seed, "plot", str(len(candidates))).sample(candidates, count)


def rewrite(plot: Plot, place: int, route: Route, change: Change) -> None:
    """Change a route of the cluster itself; its endpoints stay from now on."""
    service = plot.services[place]
    routes = tuple(change(one) if one is route else one for one in service.routes)
    plot.services[place] = replace(service, routes=routes)
    plot.quiet.add(place)
