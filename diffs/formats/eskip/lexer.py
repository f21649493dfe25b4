r"""Cut an eskip document into tokens, byte by byte as Skipper does.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source: the language as Skipper 0.27 reads it.

White space is eight single bytes, among them 85 and A0; comments run to the end of the line. A
regexp ends at the first / that is neither escaped nor inside [...]; groups do not nest. Every
repetition is possessive, so no input makes the patterns go back and try again.
"""

from __future__ import annotations

import re
from sys import maxsize

SPACE = rb"[ \t-\r\x85\xa0]"
SYMBOL = rb"[A-Za-z_][A-Za-z0-9_]*+"
STRING = rb'"(?:[^"\\]++|\\.)*+"|`(?:[^`\\]++|\\.)*+`'
REGEXP = rb"/(?!/)(?:[^/\\\[]++|\\.|\[(?:[^\]\\]++|\\.)*+\])*+/"
NUMBER = rb"-?+(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]*+)"
FIXED = rb"&&|->|<(?:shunt|loopback|dynamic|forward)>|[*:,;()<>]"

_SKIP = rb"(?:" + SPACE + rb"++|//[^\n]*+)*+"
_TOKEN = re.compile(
    _SKIP
    + rb"(?:(?P<symbol>"
    + SYMBOL
    + rb")|(?P<fixed>"
    + FIXED
    + rb")|(?P<string>"
    + STRING
    + rb")|(?P<number>"
    + NUMBER
    + rb")|(?P<regexp>"
    + REGEXP
    + rb"))",
    re.DOTALL,
)
_BLANK = re.compile(_SKIP)
_IDLE = re.compile(rb"(?:" + SPACE + rb"++|;++|//[^\n]*+)*+")
_EXPONENT = re.compile(rb"[eE][+-]?[0-9]++")
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_CONTROLS = {
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"v": b"\v",
    b"\\": b"\\",
}

END = "end"
SHOWN = 40
"""How many bytes of a token a message repeats."""


class Fault(Exception):
    """Skipper would stop here: where, what was expected, and what was found."""

    def __init__(self, position: int, expected: str, found: str, route_id: str = "") -> None:
        super().__init__(f"expected {expected}, found {found}")
        self.position = position
        self.expected = expected
        self.found = found
        self.route_id = route_id


class TooManyTokens(Exception):
    """The meter of a reading has run out."""


class Meter:
    """How many tokens may still be cut in one reading: the bound on its time and memory."""

    __slots__ = ("left",)

    def __init__(self, most: int = maxsize) -> None:
        self.left = most


class Lexer:
    """A window of a document, and the token that stands at its reading point.

    Shapes
        kind            symbol, string, number, regexp, end, or the text of a fixed token
        start, stop     where that token stands in `data`
        behind          where the token before it ends
    """

    __slots__ = ("behind", "data", "end", "kind", "meter", "start", "stop")

    def __init__(self, data: bytes, position: int, end: int, meter: Meter) -> None:
        self.data = data
        self.end = end
        self.meter = meter
        self.kind = END
        self.start = self.stop = self.behind = position
        self.advance()

    @property
    def raw(self) -> bytes:
        """The token as it is written."""
        return self.data[self.start : self.stop]

    def advance(self) -> None:
        """Go to the next token.

        Errors
            Fault           the bytes there begin no token, or one that is never ended
            TooManyTokens   the meter has run out
        """
        self.meter.left -= 1
        if self.meter.left < 0:
            raise TooManyTokens
        self.behind = self.stop
        match = _TOKEN.match(self.data, self.stop, self.end)
        if match is None:
            self._at_no_token()
            return
        kind = match.lastgroup or END
        self.start, self.stop = match.span(kind)
        self.kind = self.raw.decode() if kind == "fixed" else kind
        if kind == "number":
            self._check_number()

    def _check_number(self) -> None:
        """Refuse what Go prints of some floats, and what no printer should."""
        if self.data[self.stop - 1] == ord("."):
            raise Fault(self.start, "a digit after the decimal point", self.found())
        if exponent := _EXPONENT.match(self.data, self.stop, self.end):
            written = self.data[self.start : exponent.end()]
            raise Fault(self.start, "a number without an exponent", shown(written))

    def _at_no_token(self) -> None:
        self.start = self.stop = blank_end(self.data, self.stop, self.end)
        self.kind = END
        if self.start < self.end:
            raise _no_token(self.data, self.start, self.end)

    def found(self) -> str:
        """Describe the token for a person."""
        return "the end of the text" if self.kind == END else shown(self.raw)

    def value(self) -> bytes | float:
        """Return what a number, string or regexp stands for."""
        if self.kind == "number":
            return float(self.raw) + 0.0  # turns -0.0 into 0.0
        raw = self.data[self.start + 1 : self.stop - 1]
        if b"\\" not in raw:
            return raw
        return unescape_regexp(raw) if self.kind == "regexp" else unescape_string(raw, self.raw[:1])


def blank_end(data: bytes, position: int, end: int | None = None) -> int:
    """Return where the next token begins, past white space and comments."""
    match = _BLANK.match(data, position, len(data) if end is None else end)
    return match.end() if match else position


def idle_end(data: bytes, position: int) -> int:
    """Return where the next definition begins, past white space, comments and semicolons."""
    match = _IDLE.match(data, position)
    return match.end() if match else position


def unescape_string(raw: bytes, delimiter: bytes) -> bytes:
    r"""Return the value of what stands between two quotes; \q stays \q, as Skipper leaves it."""
    return _ESCAPE.sub(
        lambda match: match[1] if match[1] == delimiter else _CONTROLS.get(match[1], match[0]), raw
    )


def unescape_regexp(raw: bytes) -> bytes:
    r"""Return the value of what stands between two slashes: only \/ and \\ lose their backslash."""
    return _ESCAPE.sub(lambda match: match[1] if match[1] in b"/\\" else match[0], raw)


def shown(raw: bytes) -> str:
    """Return bytes as a short quotation for a message."""
    return f"“{excerpt(raw, SHOWN)}”"


def excerpt(raw: bytes, most: int) -> str:
    """Return the first bytes as printable text, with an ellipsis where there are more."""
    text = raw[:most].decode("utf-8", "backslashreplace")
    safe = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
    return safe + "…" * (len(raw) > most)


def _no_token(data: bytes, at: int, end: int) -> Fault:
    first = data[at : at + 1]
    if first in (b'"', b"`"):
        return Fault(at, f"an ending {first.decode()}", "a string that never ends")
    if first == b"/" and at + 1 < end:
        return Fault(at, "an ending / outside of [ ]", "a regexp that never ends")
    return Fault(at, "a token of the language", f"the byte {first[0]:02X} ({shown(first)})")
