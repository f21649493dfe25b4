"""A route's canonical text taken apart into predicates, filters, backend and endpoints.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from diffs.formats.eskip.canonical import print_endpoint, print_number, print_string
from diffs.formats.eskip.lexer import Fault
from diffs.formats.eskip.route import Arg, Call, Route
from diffs.formats.eskip.voice import legible, parse_text
from diffs.part import Part, Role, whole


def parts_of(text: str) -> tuple[Part, ...]:
    """Return the parts of a canonical text, in the order in which it is printed.

    Shapes: predicates sorted, filters in the order that matters, one backend, endpoints sorted. A
    text that is not one route (two definitions of one id) is one part, whole.
    """
    if not text:
        return ()
    try:
        route = parse_text(text)
    except Fault:
        return whole(text)
    return (
        *sorted((_part(Role.PREDICATE, call) for call in route.predicates), key=_order),
        *(_part(Role.FILTER, call) for call in route.filters),
        _backend(route),
        *(
            Part(Role.ENDPOINT, "", (legible(print_endpoint(endpoint)),))
            for endpoint in route.lb_endpoints
        ),
    )


def _order(part: Part) -> tuple[str, tuple[str, ...]]:
    return part.name, part.values


def _part(role: Role, call: Call) -> Part:
    return Part(role, call.name, tuple(_printed(arg) for arg in call.args))


def _printed(arg: Arg) -> str:
    return legible(print_string(arg) if isinstance(arg, bytes) else print_number(arg))


def _backend(route: Route) -> Part:
    if route.backend_type == "network":
        return Part(Role.BACKEND, "network", (legible(print_string(route.backend)),))
    if route.backend_type == "lb":
        return Part(Role.BACKEND, "lb", (route.lb_algorithm,) if route.lb_algorithm else ())
    return Part(Role.BACKEND, route.backend_type)
