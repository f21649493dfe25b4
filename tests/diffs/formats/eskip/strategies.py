"""Routes, and the many ways in which one route can be written.

A written route is valid for Skipper by construction, so every law may be asked of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from diffs.formats.eskip.canonical import print_number

NAMES = ["Host", "PathRegexp", "Cookie", "Weight", "True", "PathSubtree", "any", "_x9"]
FILTERS = ["flowId", "status", "setRequestHeader", "Header", "Path", "Any"]
TEXTS = [
    b"",
    b"reuse",
    b"->",
    b" -> ",
    b";",
    b"//",
    b'a"b',
    b"`",
    b"\\",
    b"\n",
    b"[",
    b"]",
    b"\xff",
]
ADDRESSES = [
    b"http://10.0.0.1:80",
    b"http://10.0.0.2",
    b"http://a/p?x=1&zone=z1",
    b"http://b?zone=z 2",
]
SPACES = [b" ", b"", b"\t", b"\n  ", b" // c\n", b"\x85\xa0"]


@dataclass(frozen=True)
class Written:
    """A route as its parts, unordered where order means nothing."""

    predicates: tuple[tuple[str, tuple[bytes | float, ...]], ...]
    filters: tuple[tuple[str, tuple[bytes | float, ...]], ...]
    backend: bytes | None
    algorithm: str
    endpoints: tuple[bytes, ...]


texts = st.sampled_from(TEXTS) | st.binary(max_size=8)
numbers = (
    st.integers(-(10**18), 10**18).map(float)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([0.0, 1e6, 1.5e6, 1e-5, 2.0**70, 0.1])
)
arguments = st.lists(texts | numbers, max_size=3).map(tuple)
plain = st.tuples(st.sampled_from(NAMES[2:]), arguments)
matchers = st.tuples(st.sampled_from(NAMES[:2]), texts.map(lambda text: (text,)))
filters = st.lists(st.tuples(st.sampled_from(FILTERS), arguments), max_size=4).map(tuple)


@st.composite
def routes(draw):
    predicates = draw(st.lists(plain | matchers, max_size=3))
    if draw(st.booleans()):
        predicates.append(("Path", (draw(texts),)))
    for name in draw(st.sets(texts, max_size=2)):
        predicates.append(("Header", (name, draw(texts))))
    kind = draw(st.sampled_from(["network", "shunt", "lb"]))
    return Written(
        predicates=tuple(predicates),
        filters=draw(filters),
        backend=draw(texts) if kind == "network" else None,
        algorithm=draw(st.sampled_from(["", "roundRobin"])) if kind == "lb" else "",
        endpoints=tuple(draw(st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=4)))
        if kind == "lb"
        else (),
    )


def plainly(route: Written) -> bytes:
    """Write a route as Penumbra would, without an id."""
    predicates = b" && ".join(map(_call, route.predicates)) or b"*"
    return b" -> ".join((predicates, *map(_call, route.filters), _backend(route)))


def document(bodies: dict[str, bytes]) -> bytes:
    return b"\n".join(key.encode() + b": " + body + b";" for key, body in bodies.items())


@st.composite
def spellings(draw, route):
    """Write a route in some other way that means the same."""

    def space() -> bytes:
        return draw(st.sampled_from(SPACES))

    def literal(value):
        if not isinstance(value, bytes):
            return draw(st.sampled_from(_numbers(value)))
        return draw(st.sampled_from(_literals(value)))

    def call(item):
        separator = space() + b"," + space()
        inner = separator.join(literal(value) for value in item[1])
        return item[0].encode() + space() + b"(" + space() + inner + space() + b")"

    predicates = [call(item) for item in draw(st.permutations(route.predicates))]
    predicates += draw(st.sampled_from([[], [b"*"], [b"Any(1)"]]))
    if not predicates:
        predicates = [b"*"]
    shuffled = replace(route, endpoints=tuple(draw(st.permutations(route.endpoints))))
    front = (space() + b"&&" + space()).join(predicates)
    steps = [front, *map(call, route.filters), _backend(shuffled)]
    return (space() + b"->" + space()).join(steps)


def _call(item) -> bytes:
    inner = b", ".join(map(_argument, item[1]))
    return item[0].encode() + b"(" + inner + b")"


def _argument(value) -> bytes:
    return _quoted(value, b'"') if isinstance(value, bytes) else print_number(value + 0.0)


def _backend(route: Written) -> bytes:
    if route.backend is not None:
        return _quoted(route.backend, b'"')
    if not route.endpoints:
        return b"<shunt>"
    algorithm = [route.algorithm.encode()] if route.algorithm else []
    return b"<" + b", ".join(algorithm + [_quoted(each, b'"') for each in route.endpoints]) + b">"


def _quoted(value: bytes, quote: bytes) -> bytes:
    escaped = value.replace(b"\\", b"\\\\").replace(quote, b"\\" + quote)
    return quote + escaped + quote


def _literals(value: bytes) -> list[bytes]:
    spelled = [_quoted(value, b'"'), _quoted(value, b"`")]
    spelled.append(spelled[0].replace(b"\n", b"\\n").replace(b"\t", b"\\t"))
    if value and not set(value) & set(b"[]\\"):
        spelled.append(b"/" + value.replace(b"/", b"\\/") + b"/")
    return spelled


def _numbers(value: float) -> list[bytes]:
    shortest = print_number(value + 0.0)
    sign, digits = (b"-", shortest[1:]) if shortest.startswith(b"-") else (b"", shortest)
    longer = digits + b"0" if b"." in digits else digits + b".0"
    return [shortest, sign + b"00" + digits, sign + longer]
