"""A Skipper pod: the table it holds, the routes it mends or leaves out, the documents it refuses.

Source: Skipper's routing/datasource.go. In its own Kubernetes client a second Method silently
replaces the first; its parser refuses a whole document for the same thing. Of several filters that
queue requests only the last one stays, which a route server does not care about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from demo.fleet.routes import Call, Route
from demo.fleet.services import MISSPELT

UNKNOWN_FILTERS = frozenset({MISSPELT.name})
ONLY_THE_LAST = ("fifo", "lifo", "admissionControl")


@dataclass
class Pod:
    """One Skipper pod.

    Shapes
        routes    id -> route in force, in the order of ids, which stays since ids never change
        invalid   id -> route that Skipper left out
        errors    id -> why it did
        defaults  filters that it puts before those of each route
        inline    routes of its command line
        is_stuck  whether it keeps the table it has until it is restarted

    Units
        created_at   unix seconds, when the present table was built
        clock_error  seconds by which the clock of its node is ahead
    """

    clock_error: float = 0.0
    created_at: float = 0.0
    is_loaded: bool = False
    is_stuck: bool = False
    defaults: tuple[Call, ...] = ()
    inline: tuple[Route, ...] = ()
    routes: dict[str, Route] = field(default_factory=dict)
    invalid: dict[str, Route] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    _body: bytes | None = None

    @property
    def timestamp(self) -> int:
        """The value of X-Timestamp."""
        return int(self.created_at + self.clock_error)

    def load(self, routes: Iterable[Route], at: float) -> None:
        """Take a whole table."""
        if self.is_loaded and self.is_stuck:
            return
        self._forget()
        self.is_loaded = True
        everything = (*routes, *self.inline)
        self._take(sorted(everything, key=lambda route: route.ident), at)

    def take(self, routes: Iterable[Route], at: float) -> None:
        """Take what changed; a pod that has not loaded yet takes nothing."""
        if self.is_loaded and not self.is_stuck:
            self._take(routes, at)

    def _take(self, routes: Iterable[Route], at: float) -> None:
        for route in routes:
            error = invalid_because(route)
            if error:
                self.invalid[route.ident], self.errors[route.ident] = route, error
            else:
                self.routes[route.ident] = self._understood(route)
        self._built(at)

    def restart(self, at: float) -> None:
        """Begin again without a route."""
        self._forget()
        self.is_loaded = self.is_stuck = False
        self._built(at)

    def whole_body(self) -> bytes:
        """Return the table, a route a line; printed once for each version of it."""
        if self._body is None:
            self._body = b"\n".join(route.skipper_line for route in self.routes.values())
        return self._body

    def _understood(self, route: Route) -> Route:
        """Return the route as this pod shows it; the same object where nothing is changed."""
        understood = mended(route)
        return replace(understood, defaults=self.defaults) if self.defaults else understood

    def _forget(self) -> None:
        self.routes, self.invalid, self.errors = {}, {}, {}

    def _built(self, at: float) -> None:
        self.created_at = at
        self._body = None


def invalid_because(route: Route) -> str:
    """Return Skipper's reason for leaving a route out, or "" for a good one."""
    for call in route.filters_in_force:
        if call.name in UNKNOWN_FILTERS:
            return f'unknown_filter: filter "{call.name}" not found'
    return ""


def mended(route: Route) -> Route:
    """Return the route as Skipper understands it: of several methods, or queues, the last."""
    filters = _with_last_queues(route.filters)
    if len(filters) != len(route.filters):
        route = replace(route, filters=filters)
    if not _has_two_methods(route):
        return route
    methods = [call for call in route.predicates if call.name == "Method"]
    others = tuple(call for call in route.predicates if call.name != "Method")
    return replace(route, predicates=(*others, methods[-1]))


def _with_last_queues(filters: tuple[Call, ...]) -> tuple[Call, ...]:
    """Return the filters, of those that may stand only once the last one of each name."""
    last = {call.name: place for place, call in enumerate(filters) if call.name in ONLY_THE_LAST}
    return tuple(call for place, call in enumerate(filters) if last.get(call.name, place) == place)


def accepts_document(routes: Iterable[Route]) -> bool:
    """Tell whether Skipper would read a document of these routes, or refuse all of it."""
    return not any(_has_two_methods(route) for route in routes)


def _has_two_methods(route: Route) -> bool:
    return sum(call.name == "Method" for call in route.predicates) > 1
