"""Poison by name: what Skipper prints but cannot read back, and what comes of it after exec.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: what the printer of Skipper 0.27.65 writes and its parser refuses.

Theory. A refused place shows as a fault of grammar, told where the reader gave up: the kind follows
from what was expected there and what was found. What is read back as another value shows as no
fault at all; only the form gives it away, which is rare enough to be searched for byte by byte and
then made sure of by reading that one route.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from diffs.formats.eskip.acceptance import accept
from diffs.formats.eskip.lexer import Fault, Meter
from diffs.formats.eskip.parse import parse_definition
from diffs.formats.eskip.route import Route
from diffs.poisons import AFTER_CHANGE, AFTER_REFUSAL, ChangedValue, Poison

MOST = 20
"""Routes with a changed value that are named; a table with more has one cause for all."""

MOST_CANDIDATES = 2_000
LONGEST = 65_536
"""Bytes in which a route looked at closely must end: the search stays short for any text."""

_KINDS: tuple[tuple[str, str], ...] = (
    (r"a number without an exponent", "a number that is printed with an exponent"),
    (r"the byte 2B", "a number that is printed as +Inf"),
    (r"a regexp that never ends", "a bracket in a regexp that is never closed"),
    (r'a filter or a backend after "->", found “;”', "a <forward> backend, printed as nothing"),
    (r"(\w+) at most once", "two {} predicates"),
    (r"each header once", "two Header predicates of one name"),
    (r"string arguments? of (\w+)", "{} with a wrong number or type of arguments"),
    (r"the protocol of the endpoints", "endpoints of mixed protocols"),
    (r"the address of an endpoint.*#", "an endpoint with a fragment"),
    (r"the address of an endpoint.*\?zone=", "an endpoint with a zone and other parameters"),
    (r"the address of an endpoint", "an endpoint that is no address"),
    (r'";" after a backend|a string that never ends', 'a " or \\ in a backend, printed bare'),
)


def name_refusal(reason: str, excerpt: str) -> Poison:
    """Return what kind of poison a refused place is.

    Shapes
        reason, excerpt     as a Refusal has them
    """
    for pattern, name in _KINDS:
        if found := re.search(pattern, reason, re.DOTALL):
            if "2B" in pattern and "+Inf" not in excerpt:
                continue
            return Poison(name.format(*found.groups()), AFTER_REFUSAL)
    return Poison("a form that the language does not have", AFTER_REFUSAL)


_CANDIDATE = re.compile(
    rb'-> "[^"\n]*\\[^\n]*"[ ]*;?[ ]*$'  # a backslash in a network backend
    rb'|"[^"\n]*\?[^"\n]*\?zone='  # a zone behind other parameters
    rb'|<[^>\n]*"[^"\n]*#[^"\n]*"'  # a fragment of an endpoint
    rb"|\(/[^/\n]*\\n"  # a newline, written in a regexp
    rb"|\([^)\n]*/[^\]/\n]*\[[^\]\n]*\n",  # a bracket that stays open to the end of its line
    re.MULTILINE,
)
_BACKEND = re.compile(rb'"((?:[^"\\]|\\.)*)"[\s;]*\Z', re.DOTALL)
_REGEXP = re.compile(rb"\(/((?:[^/\\\n]|\\.)*)/\)", re.DOTALL)
REGEXPS = frozenset({"Host", "PathRegexp", "HeaderRegexp"})


def changed_values(data: bytes) -> tuple[ChangedValue, ...]:
    """Return the routes that say something else than what their maker meant.

    Shapes
        data        a document with one route a line, as both sides print it
        return      at most MOST, in the order of the document
    """
    found: list[ChangedValue] = []
    for start in _starts(data):
        route, raw = _route_at(data, start)
        if route is None:
            continue
        for name, at in _changes(route, raw):
            place = start + max(at, 0)
            line = data.count(b"\n", 0, place) + 1
            column = place - data.rfind(b"\n", 0, place)
            found.append(ChangedValue(route.id, line, column, Poison(name, AFTER_CHANGE)))
        if len(found) >= MOST:
            break
    return tuple(found[:MOST])


def _starts(data: bytes) -> Iterator[int]:
    """Yield where the lines begin that may hold such a route, each once."""
    last = -1
    for count, match in enumerate(_CANDIDATE.finditer(data)):
        if count >= MOST_CANDIDATES:
            return
        start = data.rfind(b"\n", 0, match.start()) + 1
        if start > last:
            last = start
            yield start


def _route_at(data: bytes, start: int) -> tuple[Route | None, bytes]:
    """Return the route that begins there, with its bytes; None where none does."""
    end = min(len(data), start + LONGEST)
    try:
        draft = parse_definition(data, start, end, meter=Meter(), is_first=False)
        return accept(draft), data[draft.start : draft.after]
    except Fault:
        return None, b""


def _changes(route: Route, raw: bytes) -> Iterator[tuple[str, int]]:
    """Yield each kind of change of a route, and where in its bytes."""
    backend = _BACKEND.search(raw) if route.backend_type == "network" else None
    if backend and b"\\" in backend[1]:
        yield 'a " or \\ in a backend, printed bare and read as an escape', backend.start()
    for endpoint in route.lb_endpoints:
        at = raw.find(endpoint.address.partition(b"?")[0])
        if b"?zone=" in endpoint.address:
            yield "an endpoint whose zone became part of its other parameters", at
        elif b"#" in endpoint.address:
            yield "an endpoint with a fragment, read as part of its address", at
    for call in route.predicates:
        texts = [arg for arg in call.args if isinstance(arg, bytes)]
        if call.name in REGEXPS and any(b";\n" in text for text in texts):
            yield "a bracket in a regexp that swallowed the routes behind it", raw.find(b"[")
    written = next((one for one in _REGEXP.finditer(raw) if b"\\n" in one[1]), None)
    if written:
        yield "a newline in a regexp, read as the two characters \\n", written.start(1)
