r"""Routes as people read them: one predicate, filter or endpoint a line.

Pure: nothing here imports Django, reads a clock or opens a socket.

    Host("^a[.]example[.]org$")
    && Path("/x")
    -> flowId("reuse")
    -> <roundRobin,
       "http://10.0.0.1:80",
       "http://10.0.0.2:80"
       >

Such a text is eskip: parse_text reads it back as the route without its id. What cannot be printed
or would mislead the eye (bytes that are no UTF-8, controls, invisible marks) stands there as \xNN;
a backslash of the route itself is always doubled, so the two cannot be confused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from diffs.formats.eskip.acceptance import accept
from diffs.formats.eskip.canonical import TURN, print_pieces
from diffs.formats.eskip.lexer import STRING, Meter
from diffs.formats.eskip.lines import pieces_of_line
from diffs.formats.eskip.parse import parse_definition
from diffs.formats.eskip.route import Route
from diffs.report import Kind
from diffs.table import Voice

AND, ARROW, INDENT, CLOSE = "&& ", "-> ", "   ", "   >"

_STRINGS = re.compile(STRING, re.DOTALL)
_MARKED = re.compile(rb"\\x([0-9a-f]{2})|\\.", re.DOTALL)


def text_of(pieces: list[bytes]) -> str:
    """Return a route, given as canonical.print_pieces does, as people read it."""
    turn = pieces.index(TURN)
    *filters, backend = pieces[turn + 1 :]
    printed = [b"\n&& ".join(pieces[:turn]) or b"*"]
    printed += [b"-> " + step for step in filters]
    if backend.startswith(b"<") and (endpoints := _STRINGS.findall(backend)):
        printed.append(b"-> " + backend[: backend.index(b'"')].rstrip())
        printed.append(b",\n".join([b"   " + endpoint for endpoint in endpoints]))
        printed.append(CLOSE.encode())
    else:
        printed.append(b"-> " + backend)
    return legible(b"\n".join(printed))


def parse_text(text: str) -> Route:
    """Return the route, without an id, that text_of printed.

    Errors
        Fault       this is no such text
    """
    return _route_in(printed_of(text))


def printed_of(text: str) -> bytes:
    """Return the printed bytes that legible wrote as text."""
    return _MARKED.sub(
        lambda mark: bytes.fromhex(mark[1].decode()) if mark[1] else mark[0], text.encode()
    )


def legible(printed: bytes) -> str:
    r"""Return printed bytes as text in which every doubtful byte is written \xNN."""
    text = printed.decode("utf-8", "backslashreplace")
    if text.replace("\n", "").isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign == "\n" else _marked(sign) for sign in text)


def _marked(sign: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in sign.encode())


def display_lines(text: str) -> tuple[str, ...]:
    """Return the lines of such a text without what only joins them, to be laid side by side.

    The predicates lose their &&, the endpoints their commas and the closing line is left out: a
    line is then the same wherever it stands, and one change is one changed line.
    """
    shown = []
    for line in text.split("\n"):
        if line.startswith(INDENT):
            shown.append(line.removesuffix(","))
        elif line.startswith("-> <") and not line.endswith(">"):
            shown.append(line.removesuffix(",") + ">")
        else:
            shown.append(line.removeprefix(AND))
    return tuple(line for line in shown if line != CLOSE)


@dataclass(frozen=True, slots=True)
class EskipVoice:
    """What tables ask of eskip when somebody wants to see single routes."""

    def text(self, raw: bytes) -> str:
        """Return the canonical text of the one good route in `raw`, its semicolon or not."""
        body = raw.rstrip(b"\n").removesuffix(b";").partition(b": ")[2]
        return text_of(pieces_of_line(body, Meter()) or print_pieces(_route_in(raw)))

    def settled(self, left: bytes, right: bytes, *, other: Voice) -> tuple[str, str]:
        """Return both texts; eskip tolerates nothing."""
        return self.text(left), other.text(right)

    def kind(self, left: str, right: str) -> Kind:
        """Name the gravest part in which two texts differ.

        backend (its type, address or algorithm) before filter before predicate before endpoints.
        """
        one, other = _parts(left), _parts(right)
        return next((kind for kind in _GRAVEST_FIRST if one[kind] != other[kind]), Kind.ENDPOINTS)


VOICE = EskipVoice()
_GRAVEST_FIRST = (Kind.BACKEND, Kind.FILTER, Kind.PREDICATE, Kind.ENDPOINTS)


def _parts(text: str) -> dict[Kind, list[str]]:
    lines = display_lines(text)
    steps = [line for line in lines if line.startswith(ARROW)]
    endpoints = [line for line in lines if line.startswith(INDENT)]
    return {
        Kind.BACKEND: steps[-1:],
        Kind.FILTER: steps[:-1],
        Kind.PREDICATE: [line for line in lines if not line.startswith((ARROW, INDENT))],
        Kind.ENDPOINTS: endpoints,
    }


def _route_in(data: bytes) -> Route:
    return accept(parse_definition(data, 0, len(data), meter=Meter(), is_first=True))
