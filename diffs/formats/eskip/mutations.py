"""Change a real table in one place at a time, to see whether the comparison notices.

Pure: nothing here imports Django, reads a clock or opens a socket.

The changes are made in the bytes, around the middle of the table, so that reading, canonicalising
and comparing are all tried on what a worker really gets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from diffs.formats.eskip.canonical import print_route
from diffs.formats.eskip.document import parse_document
from diffs.formats.eskip.reader import read
from diffs.formats.eskip.route import Arg, Call, Endpoint, Route
from diffs.formats.format import Drill, Mutation
from diffs.report import Kind

NEW_KEY = "penumbra_self_test"
_MARK = "SelfTest"
_NOWHERE = b"://self-test.invalid"

Bodies = dict[str, bytes]


def drill(data: bytes) -> Drill:
    """Return the good routes of a document, one a line, and mutations of that, one of each kind.

    What Skipper would refuse is left out and a repeated id stands there once, so that nothing but
    the mutation can be found. A document without a good route gives a drill without mutations.
    """
    bodies = _bodies(data)
    keys = sorted(bodies)
    near = keys[len(keys) // 2 :] + keys[: len(keys) // 2]
    mutations = [
        Mutation(_document({**bodies, **changed}), key, kind)
        for kind, key, changed in _changes(near, bodies)
    ]
    return Drill(_document(bodies), tuple(mutations))


def _bodies(data: bytes) -> Bodies:
    """Return {id: what follows the id} of the good routes, the last one of a repeated id."""
    table = read(data)
    unwanted = {"", NEW_KEY, *(refusal.key for refusal in table.refusals)}
    starts, stops = table.spans
    return {
        key: data[start:stop].partition(b":")[2].strip().removesuffix(b";")
        for key, start, stop in zip(table.lines.keys, starts, stops, strict=True)
        if key not in unwanted
    }


def _document(bodies: Bodies) -> bytes:
    """Print definitions; one whose body is empty is left out."""
    return b"\n".join(
        key.encode() + b": " + bodies[key] + b";" for key in sorted(bodies) if bodies[key]
    )


def _changes(keys: list[str], bodies: Bodies) -> list[tuple[Kind, str, Bodies]]:
    """Return (the kind to be found, its id, the bodies that differ), one of each kind possible."""
    if not keys:
        return []
    key, body = keys[0], bodies[keys[0]]
    changes = [
        (Kind.ONLY_IN_LEGACY, key, {key: b""}),
        (Kind.ONLY_IN_SHADOW, NEW_KEY, {NEW_KEY: body}),
        (Kind.DUPLICATE_ID, key, {key: body + b";\n" + key.encode() + b": " + body}),
        (Kind.REFUSED, key, {key: b"Weight(1.5e+06) && " + body}),
    ]
    for kind, change in _EDITS.items():
        for name in keys:
            if edited := change(_route(bodies[name])):
                changes.append((kind, name, {name: print_route(edited)}))
                break
    return [change for change in changes if len(keys) > 1 or change[0] != Kind.ONLY_IN_LEGACY]


def _route(body: bytes) -> Route:
    return parse_document(body)[0]


def _other_predicate(route: Route) -> Route | None:
    if not route.predicates:
        return None
    last = route.predicates[-1]
    return replace(route, predicates=(*route.predicates[:-1], Call(last.name + _MARK, last.args)))


def _other_argument(route: Route) -> Route | None:
    """Change the last argument of a filter."""
    if not route.filters or not route.filters[-1].args:
        return None
    last = route.filters[-1]
    changed = Call(last.name, (*last.args[:-1], _other(last.args[-1])))
    return replace(route, filters=(*route.filters[:-1], changed))


def _other(arg: Arg) -> Arg:
    return arg + _MARK.encode() if isinstance(arg, bytes) else str(arg).encode()


def _other_backend(route: Route) -> Route | None:
    if route.backend_type != "network":
        return None
    return replace(route, backend=route.backend + _MARK.encode())


def _other_endpoint(route: Route) -> Route | None:
    if not route.lb_endpoints:
        return None
    first = route.lb_endpoints[0]
    moved = Endpoint(first.address.partition(b":")[0] + _NOWHERE, first.zone)
    return replace(route, lb_endpoints=(moved, *route.lb_endpoints[1:]))


_EDITS: dict[Kind, Callable[[Route], Route | None]] = {
    Kind.PREDICATE: _other_predicate,
    Kind.FILTER: _other_argument,
    Kind.BACKEND: _other_backend,
    Kind.ENDPOINTS: _other_endpoint,
}
