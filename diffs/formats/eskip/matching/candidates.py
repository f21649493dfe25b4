"""Requests that a route is likely to take.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, product

from diffs.formats.eskip.matching.leaf import Leaf
from diffs.formats.eskip.matching.paths import Place, Wild, clean
from diffs.formats.eskip.matching.predicates import PATTERNED, text_of
from diffs.formats.eskip.matching.request import Request, header_name
from diffs.formats.eskip.matching.samples import samples, varied
from diffs.formats.eskip.route import Call

MOST = 48
MOST_HEADERS = 6
MOST_CHOICES = 10
ANY_HOST = "any.example.org"
ANY_PATH = ("/any", "/")
MOST_MADE = 4
_FILLED = (("any", "any"), ("x1y2", "x1y2/x1y2"))
"""What stands for a wildcard and for a free wildcard, in two rounds."""

Headers = tuple[tuple[str, str], ...]


def candidates(leaf: Leaf) -> Iterator[Request]:
    """Yield requests that the route would take if it stood alone, MOST at most, plain ones first.

    Where nobody can tell whether it takes one, that is yielded as well; look_up has the word.
    """
    pools = (
        _or(_methods(leaf), ("GET", "POST")),
        _or(_hosts(leaf), (ANY_HOST,)),
        _or(filter(leaf.may_stand_at, _paths(leaf)), ANY_PATH),
        _headers(leaf),
    )
    methods, hosts, paths, headers = pools
    ranked = sorted(
        product(*(range(len(pool)) for pool in pools)),
        key=lambda places: (sum(place > 0 for place in places), sum(places)),
    )
    chosen = (
        Request(methods[method], hosts[host], paths[path], headers[header])
        for method, host, path, header in ranked
    )
    taken = (request for request in chosen if request.is_plain)
    return islice((request for request in taken if leaf.match(request) is not False), MOST)


def unread(leaf: Leaf) -> Iterator[Call]:
    """Yield the predicates with a pattern for which no text could be made."""
    for call in leaf.route.predicates:
        pattern = call.args[-1] if call.name in PATTERNED else b""
        if isinstance(pattern, bytes) and pattern and not samples(pattern):
            yield call


def _or(found: Iterable[str], otherwise: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(found), MOST_CHOICES)) or otherwise


def _arguments(leaf: Leaf, *names: str) -> Iterator[bytes]:
    """Yield the last argument of these predicates."""
    for call in leaf.route.predicates:
        if call.name in names:
            yield from (arg for arg in call.args[-1:] if isinstance(arg, bytes))


def _methods(leaf: Leaf) -> list[str]:
    named = [text_of(arg) for arg in _arguments(leaf, "Method")]
    some = (call.args for call in leaf.route.predicates if call.name == "Methods")
    return named or [text_of(arg).upper() for args in some for arg in args]


def _hosts(leaf: Leaf) -> Iterator[str]:
    for pattern in _arguments(leaf, "Host"):
        yield from samples(pattern, _as_host)


def _as_host(text: str) -> str:
    """A host begins and ends with a letter or figure, where the pattern leaves that open."""
    return f"{'any' if text[:1] in ('', '.', '-') else ''}{text}"


def _paths(leaf: Leaf) -> Iterator[str]:
    """Fill the wildcards plainly, then with what the expressions for the path ask for."""
    patterns = list(_arguments(leaf, "PathRegexp"))
    made = [path for pattern in patterns for path in samples(pattern, _as_path)]
    yield from made[:MOST_MADE]
    ends = [(path.rpartition("/")[2] or "any", path[1:] or "any") for path in made]
    for segment, rest in (*ends[:MOST_MADE], *_FILLED):
        for place in leaf.places:
            yield _path(place, segment, rest)


def _as_path(text: str) -> str:
    return clean("/" + text.removeprefix("/"))


def _path(place: Place, segment: str, rest: str) -> str:
    filled = {Wild.SEGMENT: segment, Wild.REST: rest}
    return "/" + "/".join(one if isinstance(one, str) else filled[one] for one in place)


def _headers(leaf: Leaf) -> tuple[Headers, ...]:
    """Return the headers to send: one value of each name that the route asks for."""
    pools: dict[str, list[str]] = {}
    for call in sorted(leaf.route.predicates, key=lambda call: call.name):
        if call.name not in ("Header", "HeaderRegexp"):
            continue
        name, value = header_name(text_of(call.args[0])), call.args[1]
        exact = [text_of(value)] if call.name == "Header" else []
        made = samples(value) if isinstance(value, bytes) and not exact else ()
        pools.setdefault(name, []).extend((*exact, *made))
    chosen = islice(varied(tuple(pools.values())), MOST_HEADERS) if pools else [()]
    return tuple(tuple(zip(pools, values, strict=True)) for values in chosen)
