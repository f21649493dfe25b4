"""What plainly written lines say, without a token being cut.

Pure: nothing here imports Django, reads a clock or opens a socket.

A line `id: P && P -> F -> F -> B;` is split at its separators. Where every piece is by itself a
whole predicate, filter or backend without a comment, the splitting was right: a piece that ends
outside of any literal ends so in the line as well. Everything else is left to the grammar
(Unusual). Pieces repeat by the thousand, so each is printed once and remembered; the memory is
bounded, shared by the tables of a process, and holds nothing that depends on a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from diffs.formats.eskip.acceptance import STRING_ARGUMENTS, VOID, is_void, may_be_called
from diffs.formats.eskip.canonical import TURN, print_call, print_load_balancing, print_string
from diffs.formats.eskip.lexer import SYMBOL, Fault, Meter
from diffs.formats.eskip.parse import FIXED_BACKENDS, parse_call
from diffs.formats.eskip.route import Call
from diffs.formats.eskip.uri import NotAnAddress, join_zone, read_request_uri, split_zone

MOST_REMEMBERED = 60_000
LONGEST_REMEMBERED = 256

_STRING = rb'"[^"\\\x07-\x0d]*+"'
_WHOLE = rb"(?:0|-?+[1-9][0-9]{0,14}+)"
_BARE = rb"[A-Za-z0-9.-]++(?::[0-9]*+)?+(?:/[A-Za-z0-9/._~-]*+)?+"

_PRINTED = re.compile(
    SYMBOL + rb"\((?:(?:" + _STRING + rb"|" + _WHOLE + rb")(?:, (?!\))|(?=\))))*+\)"
)
_ONE_TEXT = re.compile(
    rb"(" + SYMBOL + rb')\((?:"[^"\\\x07-\x0d]++"'
    rb"|/(?!/)((?:[^/\\\[\"\x07-\x0d]++|\[[^\]\\\"\x07-\x0d]*+\])++)/)\)"
)
_ADDRESS = re.compile(_STRING)
_BALANCED = re.compile(rb"<(?:(" + SYMBOL + rb"), )?((?:" + _STRING + rb"(?:, (?!>)|(?=>)))++)>")
_BALANCED_BARE = re.compile(
    rb"<(?:(" + SYMBOL + rb'), )?("([a-z]++)://' + _BARE + rb'"(?:, "\3://' + _BARE + rb'")*+)>'
)
_HEADER_NAME = re.compile(rb'\nHeader\(("(?:[^"\\]++|\\.)*+")')
_FIXED = frozenset(name.encode() for name in FIXED_BACKENDS)
_VOID = VOID.encode()
_NOT_ONE_TEXT = frozenset(
    [_VOID, *(name.encode() for name, count in STRING_ARGUMENTS.items() if count > 1)]
)


class Unusual(Exception):
    """This line is for the grammar to judge."""


class Memory(dict[bytes, bytes]):
    """Piece -> how it is printed."""

    def __init__(self, printed: Callable[[bytes, Meter], bytes]) -> None:
        super().__init__()
        self.printed = printed

    def learn(self, piece: bytes, meter: Meter) -> bytes:
        """Work out how a piece is printed, and keep that where it is short."""
        printed = self.printed(piece, meter)
        if len(piece) <= LONGEST_REMEMBERED:
            if len(self) >= MOST_REMEMBERED:
                self.clear()
            self[piece] = printed
        return printed


def forget() -> None:
    """Drop everything remembered, as in a process that has just begun."""
    PREDICATES.clear()
    FILTERS.clear()


def pieces_of_line(body: bytes, meter: Meter) -> list[bytes]:
    """Return what the route `id: body` says, as canonical.print_pieces would.

    Shapes
        body    without the semicolon
        meter   pays for the pieces that need the grammar
        return  empty where the line is not written plainly, or Skipper would refuse it
    """
    front, *steps = body.split(b" -> ")
    try:
        predicates = sorted(
            [_seen(piece) or _learn(piece, meter) for piece in front.split(b" && ")]
        )
        rest = [_seen_filter(piece) or _learn_filter(piece, meter) for piece in steps[:-1]]
        rest.append(_backend(steps[-1]))
    except (Unusual, IndexError):
        return []
    if len(predicates) > 1:
        if not predicates[0]:
            predicates = [predicate for predicate in predicates if predicate] or [b""]
        if _repeats(b"\n" + b"\n".join(predicates)):
            return []
    return [*predicates, TURN, *rest]


def _repeats(predicates: bytes) -> bool:
    """Tell whether a predicate that may stand there once stands there twice."""
    if predicates.count(b"\nPath(") > 1 or predicates.count(b"\nMethod(") > 1:
        return True
    if predicates.count(b"\nHeader(") < 2:  # noqa: PLR2004
        return False
    names = _HEADER_NAME.findall(predicates)
    return len(names) > len(set(names))


def _predicate(piece: bytes, meter: Meter) -> bytes:
    """Return a predicate as it is printed, b"" where it says nothing."""
    if piece == b"*":
        return b""
    match = _ONE_TEXT.fullmatch(piece)
    if match and match[1] not in _NOT_ONE_TEXT:
        return _with_string(match)
    call = _call(piece, meter)
    if call.name == VOID:
        return b""
    if is_void(call) or not may_be_called(call):
        raise Unusual
    return print_call(call)


def _filter(piece: bytes, meter: Meter) -> bytes:
    if _PRINTED.fullmatch(piece):
        return piece
    match = _ONE_TEXT.fullmatch(piece)
    return _with_string(match) if match else print_call(_call(piece, meter))


def _with_string(match: re.Match[bytes]) -> bytes:
    """Return a call of one string or regexp in which nothing needs an escape."""
    return match[0] if match[2] is None else match[1] + b'("' + match[2] + b'")'


def _call(piece: bytes, meter: Meter) -> Call:
    try:
        return parse_call(piece, meter)
    except Fault:
        raise Unusual from None


def _backend(piece: bytes) -> bytes:
    if piece in _FIXED or _ADDRESS.fullmatch(piece):
        return piece
    if match := _BALANCED_BARE.fullmatch(piece):
        return print_load_balancing(match[1] or b"", match[2].split(b", "))
    match = _BALANCED.fullmatch(piece)
    if match is None:
        raise Unusual
    endpoints = [_endpoint(raw) for raw in match[2][1:-1].split(b'", "')]
    scheme = endpoints[0][: endpoints[0].find(b":") + 1]
    if not all(endpoint.startswith(scheme) for endpoint in endpoints):
        raise Unusual
    return print_load_balancing(match[1] or b"", endpoints)


def _endpoint(raw: bytes) -> bytes:
    """Return an endpoint as it is printed, which begins with the scheme as it was written."""
    try:
        scheme = read_request_uri(raw).scheme
    except NotAnAddress:
        raise Unusual from None
    if not scheme or not raw.startswith(scheme + b":"):
        raise Unusual
    return print_string(join_zone(*split_zone(raw)))


PREDICATES = Memory(_predicate)
FILTERS = Memory(_filter)
_seen, _learn = PREDICATES.get, PREDICATES.learn
_seen_filter, _learn_filter = FILTERS.get, FILTERS.learn
