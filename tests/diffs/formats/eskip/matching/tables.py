"""Tables written in a test, and a second way of answering requests that shares nothing."""

from __future__ import annotations

import re
from itertools import product

from diffs.compare import compare
from diffs.formats.eskip import ESKIP, Route, parse_document
from diffs.formats.eskip.matching import Request, TableIndex, Unknown, find_witness, look_up
from diffs.report import Finding

NOTHING, UNSETTLED = "nothing", "unsettled"
KEPT = 'kept: Path("/kept") -> "http://kept";'


def index_of(text: str) -> TableIndex:
    return TableIndex(ESKIP.read(text.encode()))


def asked(text: str) -> Request:
    """Read `GET host/path Name:value`; the host may be left out."""
    method, address, *headers = text.split(" ")
    host, slash, path = address.partition("/")
    pairs = (header.partition(":") for header in headers)
    given = tuple((name, value) for name, _, value in pairs)
    return Request(method, host or "www.example.org", slash + path, given)


def answers(table: str, request: str) -> str:
    """Return the id of the route that answers, "" where none does, or why nobody can tell."""
    told = look_up(index_of(table), asked(request))
    return told.why if isinstance(told, Unknown) else told.route_id


def findings(legacy: str, shadow: str) -> tuple[Finding, ...]:
    one, other = ESKIP.read(legacy.encode()), ESKIP.read(shadow.encode())
    return compare(one, other).findings


def witness(legacy: str, shadow: str):
    """Look for a witness of the only difference of two tables, which share one more route."""
    legacy, shadow = legacy + KEPT, shadow + KEPT
    (finding,) = findings(legacy, shadow)
    return find_witness(finding, index_of(legacy), index_of(shadow))


def naive(table: str, request: Request) -> object:
    """Answer by trying every route with Python's own regular expressions.

    Returns the Route, NOTHING, or UNSETTLED where two that are equally good differ in more than id.
    """
    found = []
    for route in parse_document(table.encode()):
        rank = naive_rank(route, request.path)
        if rank is not None and all(naive_match(call, request) for call in route.predicates):
            found.append((rank, -naive_weight(route), route))
    if not found:
        return NOTHING
    best = min(entry[:2] for entry in found)
    routes = [route for *place, route in found if tuple(place) == best]
    alike = {(route.backend, route.filters) for route in routes}
    return routes[0] if len(alike) == 1 else UNSETTLED


def text_of(argument: bytes | float) -> str:
    """Return a text among the arguments of a predicate."""
    assert isinstance(argument, bytes)
    return argument.decode()


def naive_rank(route: Route, path: str) -> tuple[int, ...] | None:
    """Rank the way a path is matched, the best the lowest; None where it is not."""
    ranks = []
    for call in route.predicates:
        if call.name not in ("Path", "PathSubtree"):
            continue
        written = text_of(call.args[0])
        shapes = [written]
        if call.name == "PathSubtree":
            base = re.sub(r"/[*][^/]*$", "", written).removesuffix("/")
            shapes = [base or "/", base + "/*rest", base + "/"]
        ranks += [rank for shape in shapes if (rank := rank_of(shape, path)) is not None]
        if not ranks:
            return None
    return min(ranks) if ranks else (9,)


def rank_of(shape: str, path: str) -> tuple[int, ...] | None:
    pattern, ranks = "", []
    for segment in shape[1:].split("/"):
        kind = {":": 1, "*": 2}.get(segment[:1], 0)
        ranks.append(kind)
        pattern += "/" + (re.escape(segment), "[^/]+", ".+")[kind]
    return tuple(ranks) if re.fullmatch(pattern, path) else None


def naive_weight(route: Route) -> int:
    own = sum(int(call.args[0]) for call in route.predicates if call.name == "Weight")
    return own + sum(
        call.name not in ("Path", "PathSubtree", "Weight") for call in route.predicates
    )


def naive_match(call, request: Request) -> bool:
    values = [arg.decode() for arg in call.args if isinstance(arg, bytes)]
    headers = {name.lower(): value for name, value in request.headers}
    if call.name in ("Method", "Methods"):
        return request.method in [value.upper() for value in values]
    if call.name == "Host":
        return bool(re.search(values[0], request.host))
    if call.name == "PathRegexp":
        return bool(re.search(values[0], request.path))
    if call.name == "Header":
        return headers.get(values[0].lower()) == values[1]
    if call.name == "HeaderRegexp":
        return bool(re.search(values[1], headers.get(values[0].lower(), "\0")))
    return call.name != "False"


def universe(hosts, paths, headers):
    """Yield every request that can be made of these."""
    for method, host, path, header in product(("GET", "POST", "PUT"), hosts, paths, headers):
        yield Request(method, host, path, header)
