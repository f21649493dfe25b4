"""Who answers a request, and whether a client would notice the difference between two answers.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from diffs.formats.eskip.canonical import print_call
from diffs.formats.eskip.matching.address import called
from diffs.formats.eskip.route import Call, Endpoint, Route
from diffs.formats.eskip.voice import legible

NOT_FOUND = "404"
SHOWN_ENDPOINTS = 3
_SPEAK = frozenset(("inlineContent", "redirectTo", "redirectToLower", "static"))
"""Filters by which a shunt says more than 404."""


class Where(StrEnum):
    """What a request is answered by."""

    NOWHERE = "no route"
    BACKENDS = "backends"
    SHUNT = "shunt"
    LOOPBACK = "loopback"
    DYNAMIC = "dynamic"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client gets.

    Shapes
        route_id    "" where no route answers
        words       "http://10.2.0.7:8080", "no route (404)"
        addresses   of BACKENDS only: scheme and host of each, as Skipper calls them, sorted
        algorithm   of more than one address only
        status      of a SHUNT only: what its status filter says, "" where it has none
        filters     as they are printed, in order
    """

    route_id: str = ""
    where: Where = Where.NOWHERE
    words: str = f"no route ({NOT_FOUND})"
    addresses: tuple[str, ...] = ()
    algorithm: str = ""
    status: str = ""
    filters: tuple[str, ...] = ()

    @property
    def served(self) -> tuple[object, ...]:
        """All that a client may notice; equal for routes that differ in id and predicates only."""
        return self.where, self.addresses, self.algorithm, self.status, self.filters

    @property
    def is_open(self) -> bool:
        """Whether its filters decide where the request goes."""
        return self.where in (Where.LOOPBACK, Where.DYNAMIC)

    @property
    def may_be_not_found(self) -> bool:
        """Whether a client may get a plain 404."""
        if self.where is Where.SHUNT:
            return self.status in ("", NOT_FOUND) and not any(
                printed.partition("(")[0] in _SPEAK for printed in self.filters
            )
        return self.where is Where.NOWHERE


NO_ROUTE = Answer()


def answer_of(route: Route) -> Answer:
    """Return what a request gets that this route takes."""
    filters = tuple(legible(print_call(call)) for call in route.filters)
    if route.backend_type in ("network", "lb"):
        endpoints = route.lb_endpoints or (Endpoint(route.backend),)
        addresses = tuple(
            sorted(
                {called(endpoint.address) or legible(endpoint.address) for endpoint in endpoints}
            )
        )
        algorithm = (route.lb_algorithm or "roundRobin") if len(addresses) > 1 else ""
        words = ("one of " if algorithm else "") + some(addresses)
        return Answer(route.id, Where.BACKENDS, words, addresses, algorithm, "", filters)
    where = Where(route.backend_type)
    status = _status(route.filters) if where is Where.SHUNT else ""
    return Answer(route.id, where, _words(where, status, filters), (), "", status, filters)


def _words(where: Where, status: str, filters: tuple[str, ...]) -> str:
    if where is Where.SHUNT:
        said = f"status {status}" if status else "its filters answer" if filters else NOT_FOUND
        return f"Skipper itself (shunt, {said})"
    if where is Where.LOOPBACK:
        return "the table once more (loopback)"
    return f"the address its filters set ({where})" if where is Where.DYNAMIC else f"<{where}>"


def _status(filters: tuple[Call, ...]) -> str:
    """Return the status that is set last: filters see the response in reverse order."""
    call = next((call for call in filters if call.name == "status" and call.args), None)
    if call is None or not isinstance(call.args[0], float):
        return ""
    return f"{call.args[0]:g}"


def some(addresses: tuple[str, ...]) -> str:
    """Return addresses as a person reads them, a long list cut."""
    more = len(addresses) - SHOWN_ENDPOINTS
    shown = ", ".join(addresses[:SHOWN_ENDPOINTS])
    return f"{shown} and {more} more" if more > 0 else shown
