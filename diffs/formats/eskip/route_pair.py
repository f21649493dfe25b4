"""Two routes of one id, read back from their canonical texts only where they differ.

Pure: nothing here imports Django, reads a clock or opens a socket.

Most of what two differing routes say is the same on both sides, so a text is cut into predicates,
filters and backend, and only those that differ are read. Lines repeat from route to route: each is
read once and remembered, within a bound.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache

from diffs.formats.eskip.canonical import print_call
from diffs.formats.eskip.lexer import Fault, Lexer, Meter
from diffs.formats.eskip.parse import FIXED_BACKENDS, parse_call
from diffs.formats.eskip.route import Call, Endpoint, Route
from diffs.formats.eskip.uri import split_zone
from diffs.formats.eskip.voice import AND, ARROW, CLOSE, INDENT, legible, printed_of
from diffs.part import Role

MOST_REMEMBERED = 20_000
LONGEST_REMEMBERED = 256
ROLES = (Role.PREDICATE, Role.FILTER, Role.BACKEND)
"""The parts of a route; its endpoints belong to the backend."""

_STEP = "\n" + ARROW
_NUMBER, _TEXT = r"-?[0-9]+(?:\.[0-9]+)?", r'"[^"\\]*"'
_PLAIN_ARG = re.compile(rf"({_NUMBER})|({_TEXT})")
_PLAIN_TEXT = re.compile(_TEXT)
_PLAIN_CALL = re.compile(
    rf"([A-Za-z_][A-Za-z0-9_]*)\(((?:{_NUMBER}|{_TEXT})(?:, (?:{_NUMBER}|{_TEXT}))*|)\)"
)


@dataclass(frozen=True, slots=True)
class RoutePair:
    """What two routes of one id say differently; a part that they share is empty in both."""

    left: Route
    right: Route

    def differing(self) -> frozenset[Role]:
        """Return the parts that are not the same; predicates have no order."""
        return frozenset(role for role in ROLES if self.differs(role))

    def differs(self, role: Role) -> bool:
        """Say whether one part is not the same."""
        one, other = self.left, self.right
        if role == Role.FILTER:
            return one.filters != other.filters
        if role == Role.PREDICATE:
            return one.predicates != other.predicates and (
                Counter(one.predicates) != Counter(other.predicates)
            )
        return backend_of(one) != backend_of(other)

    def with_backend_of_left(self) -> RoutePair:
        """Return the pair in which the right side has the backend of the left one."""
        kind, backend, algorithm, endpoints = backend_of(self.left)
        right = replace(
            self.right,
            backend_type=kind,
            backend=backend,
            lb_algorithm=algorithm,
            lb_endpoints=endpoints,
        )
        return RoutePair(self.left, right)


Backend = tuple[str, bytes, str, tuple[Endpoint, ...]]
_NO_BACKEND: Backend = ("network", b"", "", ())


def backend_of(route: Route) -> Backend:
    """Return all that a route says of where requests go."""
    return route.backend_type, route.backend, route.lb_algorithm, route.lb_endpoints


def route_pair(left: str, right: str) -> RoutePair | None:
    """Return what two canonical texts, each of one route, say differently.

    None where one of them is no such text.
    """
    try:
        one, other = _cut(left), _cut(right)
        return RoutePair(_route(one, other), _route(other, one))
    except Fault:
        return None


def call_of_line(line: str) -> Call:
    """Return the predicate or filter that stands alone on a line.

    Errors
        Fault       it is none
    """
    return _call(line) if len(line) <= LONGEST_REMEMBERED else _call.__wrapped__(line)


def line_of_call(call: Call) -> str:
    """Return a predicate or filter as people read it: what call_of_line reads."""
    return legible(print_call(call))


Cut = tuple[str, str, str]


@lru_cache(maxsize=MOST_REMEMBERED)
def _call(line: str) -> Call:
    plain = _PLAIN_CALL.fullmatch(line)
    if plain is None:
        return parse_call(printed_of(line), Meter())
    args = [
        float(number) + 0.0 if number else text[1:-1].encode()
        for number, text in _PLAIN_ARG.findall(plain[2])
    ]
    return Call(plain[1], tuple(args))


def _cut(text: str) -> Cut:
    """Return the predicates, the filters and the backend of a text, as they are written."""
    first, last = text.find(_STEP), text.rfind(_STEP)
    if first < 0 or "\n\n" in text:
        raise Fault(0, "the text of one route", "something else")
    return text[:first], text[first:last], text[last + len(_STEP) :]


def _route(mine: Cut, theirs: Cut) -> Route:
    """Return a route of what is mine alone."""
    shared = tuple(one == other for one, other in zip(mine, theirs, strict=True))
    kind, backend, algorithm, endpoints = _NO_BACKEND if shared[2] else _backend(mine[2])
    return Route(
        "",
        () if shared[0] else _predicates(mine[0]),
        () if shared[1] else tuple(map(call_of_line, mine[1].split(_STEP)[1:])),
        kind,
        backend,
        algorithm,
        endpoints,
    )


def _predicates(text: str) -> tuple[Call, ...]:
    if text == "*":
        return ()
    return tuple(call_of_line(line.removeprefix(AND)) for line in text.split("\n"))


def _backend(text: str) -> Backend:
    if text in FIXED_BACKENDS:
        return FIXED_BACKENDS[text], b"", "", ()
    if text.startswith('"'):
        return "network", _string(text), "", ()
    head, *rest = text.split("\n")
    if not head.startswith("<") or len(rest) < 2 or rest[-1] != CLOSE:  # noqa: PLR2004
        raise Fault(0, "a backend", legible(head.encode()))
    endpoints = sorted(map(endpoint_of_line, rest[:-1]), key=_place)
    return "lb", b"", head[1:].removesuffix(","), tuple(endpoints)


def _place(endpoint: Endpoint) -> tuple[bytes, bytes]:
    return endpoint.address, endpoint.zone


def endpoint_of_line(line: str) -> Endpoint:
    """Return the endpoint that stands alone on a line.

    Errors
        Fault       it is none
    """
    bare = line.removeprefix(INDENT).removesuffix(",")
    return _endpoint(bare) if len(bare) <= LONGEST_REMEMBERED else _endpoint.__wrapped__(bare)


@lru_cache(maxsize=MOST_REMEMBERED)
def _endpoint(line: str) -> Endpoint:
    address = _string(line)
    return Endpoint(*split_zone(address)) if b"?" in address else Endpoint(address)


def _string(line: str) -> bytes:
    """Return the value of a string that stands alone."""
    if _PLAIN_TEXT.fullmatch(line):
        return line[1:-1].encode()
    data = printed_of(line)
    lexer = Lexer(data, 0, len(data), Meter())
    value = lexer.value() if lexer.kind == "string" and lexer.stop == len(data) else None
    if not isinstance(value, bytes):
        raise Fault(0, "a string", lexer.found())
    return value
