r"""A route's canonical text taken apart into predicates, filters, backend and endpoints.

Pure: nothing here imports Django, reads a clock or opens a socket.

Such a text has one part a line, and the same lines come again and again: each is read once. What
is not written quite so (two definitions of one id) is parsed as a whole, as eskip.
"""

from __future__ import annotations

import re
from functools import lru_cache

from diffs.formats.eskip.canonical import print_endpoint, print_number, print_string
from diffs.formats.eskip.lexer import Fault
from diffs.formats.eskip.route import Arg, Call, Route
from diffs.formats.eskip.voice import AND, ARROW, CLOSE, INDENT, legible, parse_text
from diffs.part import Part, Role, whole

_ARG = r'"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?'
_CALL = re.compile(rf"([A-Za-z_][A-Za-z0-9_]*)\(((?:(?:{_ARG})(?:, (?:{_ARG}))*)?)\)")
_ARGS = re.compile(_ARG)
_NETWORK = re.compile(r'"(?:[^"\\]|\\.)*"')
_NAMED = re.compile(r"<(shunt|loopback|dynamic|forward)>")
_BALANCED = re.compile(r"<([A-Za-z0-9_-]+),|<")


def parts_of(text: str) -> tuple[Part, ...]:
    """Return the parts of a canonical text, in the order in which it is printed.

    Shapes: predicates sorted, filters in the order that matters, one backend, endpoints sorted. A
    text that is not one route (two definitions of one id) is one part, whole.
    """
    if not text:
        return ()
    plain = _of_lines(text.split("\n"))
    if plain is not None:
        return plain
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


def _of_lines(lines: list[str]) -> tuple[Part, ...] | None:
    """Return the parts of a text of one part a line; None where it is not quite that."""
    turn = next((at for at, line in enumerate(lines) if line.startswith(ARROW)), None)
    if not turn or CLOSE in lines[:-1]:
        return None
    end = len(lines) - (lines[-1] == CLOSE)
    steps = [line for line in lines[turn:end] if line.startswith(ARROW)]
    endpoints = lines[turn + len(steps) : end]
    heads = [line.removeprefix(AND) for line in lines[:turn]]
    predicates = [] if heads == ["*"] else [_call(Role.PREDICATE, line) for line in heads]
    filters = [_call(Role.FILTER, line.removeprefix(ARROW)) for line in steps[:-1]]
    tail = _tail(steps[-1].removeprefix(ARROW), tuple(endpoints), end < len(lines))
    if tail is None or None in predicates or None in filters:
        return None
    return (*sorted(filter(None, predicates), key=_order), *filter(None, filters), *tail)


@lru_cache(maxsize=32_768)
def _call(role: Role, line: str) -> Part | None:
    """Return a predicate or filter that stands on a line of its own."""
    match = _CALL.fullmatch(line)
    return Part(role, match[1], tuple(_ARGS.findall(match[2]))) if match else None


@lru_cache(maxsize=8_192)
def _tail(backend: str, endpoints: tuple[str, ...], is_closed: bool) -> tuple[Part, ...] | None:
    """Return the backend and its endpoints."""
    if not endpoints and not is_closed:
        if _NETWORK.fullmatch(backend):
            return (Part(Role.BACKEND, "network", (backend,)),)
        named = _NAMED.fullmatch(backend)
        return (Part(Role.BACKEND, named[1]),) if named else None
    balanced = _BALANCED.fullmatch(backend)
    values = [line.removeprefix(INDENT).removesuffix(",") for line in endpoints]
    is_whole = all(line.startswith(INDENT) for line in endpoints) and is_closed
    if not is_whole or not balanced or not all(map(_NETWORK.fullmatch, values)):
        return None
    head = Part(Role.BACKEND, "lb", (balanced[1],) if balanced[1] else ())
    return (head, *(Part(Role.ENDPOINT, "", (value,)) for value in values))


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
