"""What Skipper still refuses once the grammar is content, and the canonical route of the rest.

Flow: address -> fetch -> *parse* -> canonical -> compare -> report -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.
Source: Skipper 0.27 turns a parsed route into a definition in this order: endpoints, then
predicates one by one; the first failure ends the whole document.
"""

from __future__ import annotations

from diffs.formats.eskip.lexer import Fault, shown
from diffs.formats.eskip.parse import Draft
from diffs.formats.eskip.route import Call, Endpoint, Route, sort_key
from diffs.formats.eskip.uri import NotAnAddress, read_request_uri, split_zone

STRING_ARGUMENTS = {
    "Path": 1,
    "Host": 1,
    "PathRegexp": 1,
    "Method": 1,
    "Header": 2,
    "HeaderRegexp": 2,
}
"""Built-in predicate -> how many strings it takes, and nothing else."""

ONCE = ("Path", "Method")
LONGEST_ADDRESS = 65_536
"""Skipper sets none; without a bound one endpoint could cost a worker all its memory."""

VOID = "Any"


def accept(draft: Draft) -> Route:
    """Return the canonical route of a draft that Skipper would take.

    Errors
        Fault       it would not; the position is that of the culprit
    """
    try:
        endpoints = _endpoints(draft)
        predicates = _predicates(draft)
    except Fault as fault:
        fault.route_id = draft.id
        raise
    return Route(
        id=draft.id,
        predicates=tuple(sorted(predicates, key=sort_key)),
        filters=tuple(draft.filters),
        backend_type=draft.backend_type,
        backend=draft.backend,
        lb_algorithm=draft.lb_algorithm,
        lb_endpoints=tuple(sorted(endpoints)),
    )


def may_be_called(call: Call) -> bool:
    """Tell whether a predicate has arguments that Skipper takes."""
    wanted = STRING_ARGUMENTS.get(call.name)
    if wanted is None:
        return True
    return len(call.args) == wanted and all(isinstance(arg, bytes) for arg in call.args)


def is_void(call: Call) -> bool:
    """Tell whether a predicate vanishes when it is read: it says nothing."""
    return call.name == VOID or (call.name in ONCE and call.args == (b"",))


def _endpoints(draft: Draft) -> list[Endpoint]:
    scheme = b""
    for position, raw in draft.lb_endpoints:
        if len(raw) > LONGEST_ADDRESS:
            wanted = f"the address of an endpoint, of at most {LONGEST_ADDRESS} bytes"
            raise Fault(position, wanted, f"{len(raw)} bytes")
        try:
            own = read_request_uri(raw).scheme
        except NotAnAddress as error:
            raise Fault(position, f"the address of an endpoint, but {error}", shown(raw)) from None
        if scheme not in (b"", own):
            wanted = f"the protocol of the endpoints before, {scheme.decode()}"
            raise Fault(position, wanted, shown(raw))
        scheme = own
    return [Endpoint(*split_zone(raw)) for _, raw in draft.lb_endpoints]


def _predicates(draft: Draft) -> list[Call]:
    """Check the predicates in order, and drop those that say nothing."""
    seen: set[object] = set()
    for position, call in draft.predicates:
        if call.name in ONCE and call.name in seen:
            raise Fault(position, f"{call.name} at most once", f"a second {call.name}")
        if not may_be_called(call):
            count = STRING_ARGUMENTS[call.name]
            wanted = f"{count} string argument{'s' * (count > 1)} of {call.name}"
            raise Fault(position, wanted, f"{len(call.args)} of any kind")
        token = ("Header", call.args[0]) if call.name == "Header" else call.name
        if call.name == "Header" and token in seen:
            raise Fault(position, "each header once in Header predicates", _header(call))
        seen.add(token)
    return [call for _, call in draft.predicates if not is_void(call)]


def _header(call: Call) -> str:
    name = call.args[0]
    return f"{shown(name) if isinstance(name, bytes) else name} again"
