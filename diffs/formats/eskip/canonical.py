r"""Penumbra's own printer, and the digest of what it prints.

Flow: address -> fetch -> parse -> *canonical* -> compare -> report -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.

Two routes mean the same exactly where they are printed the same. Unlike Skipper's, this printer
quotes, escapes and writes decimals so that every route can be read back as itself. Printed pieces
hold no raw newline, so a newline between them joins them without doubt.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from math import copysign, isinf

from diffs.formats.eskip.route import Arg, Call, Endpoint, Route
from diffs.formats.eskip.uri import join_zone
from diffs.line_index import digest_of

TURN = b"->"
"""Stands alone between the predicates and the filters of what is digested."""

_UNSAFE = re.compile(rb'["\\\x07-\x0d]')
_ESCAPES = {
    b'"': b'\\"',
    b"\\": b"\\\\",
    b"\a": b"\\a",
    b"\b": b"\\b",
    b"\t": b"\\t",
    b"\n": b"\\n",
    b"\v": b"\\v",
    b"\f": b"\\f",
    b"\r": b"\\r",
}
_INFINITE = b"1" + b"0" * 309
"""The shortest whole number that is read as infinite."""


def print_string(value: bytes) -> bytes:
    """Return a string literal, in double quotes."""
    return b'"' + _UNSAFE.sub(lambda match: _ESCAPES[match[0]], value) + b'"'


@lru_cache(maxsize=1024)
def print_number(value: float) -> bytes:
    """Return a number as the shortest decimal that is read as the same float."""
    if isinf(value):
        return b"-" * (copysign(1, value) < 0) + _INFINITE
    if value.is_integer():
        return b"%d" % int(value)
    return format(Decimal(repr(value)), "f").encode()


def print_call(call: Call) -> bytes:
    """Return a predicate or filter on one line."""
    return call.name.encode() + b"(" + b", ".join(_print_arg(arg) for arg in call.args) + b")"


def print_endpoint(endpoint: Endpoint) -> bytes:
    """Return an endpoint as the string that is read as its address and zone."""
    return print_string(join_zone(endpoint.address, endpoint.zone))


def print_backend(route: Route) -> bytes:
    """Return the backend on one line, its endpoints sorted as they are printed."""
    if route.backend_type == "network":
        return print_string(route.backend)
    if route.backend_type != "lb":
        return b"<%s>" % route.backend_type.encode()
    endpoints = [print_endpoint(endpoint) for endpoint in route.lb_endpoints]
    return print_load_balancing(route.lb_algorithm.encode(), endpoints)


def print_load_balancing(algorithm: bytes, endpoints: list[bytes]) -> bytes:
    """Return the backend of these printed endpoints."""
    name = [algorithm] if algorithm else []
    return b"<" + b", ".join(name + sorted(endpoints)) + b">"


def print_route(route: Route) -> bytes:
    """Return a route on one line, its id and semicolon left out."""
    pieces = print_pieces(route)
    turn = pieces.index(TURN)
    predicates = b" && ".join(pieces[:turn]) or b"*"
    return b" -> ".join((predicates, *pieces[turn + 1 :]))


def print_pieces(route: Route) -> list[bytes]:
    """Return what a route says, piece by piece as it is printed.

    Shapes
        return  predicates sorted as printed, b"" where there are none; TURN; filters; the backend
    """
    predicates = sorted(print_call(call) for call in route.predicates) or [b""]
    filters = [print_call(call) for call in route.filters]
    return [*predicates, TURN, *filters, print_backend(route)]


def digest_of_pieces(pieces: list[bytes]) -> bytes:
    """Return the 16 bytes that are equal exactly where two routes mean the same, ids apart."""
    return digest_of(b"\n".join(pieces))


def _print_arg(arg: Arg) -> bytes:
    return print_string(arg) if isinstance(arg, bytes) else print_number(arg)
