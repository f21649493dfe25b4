"""Where the records of a document stand.

Flow: address -> fetch -> *parse* -> canonical -> compare -> report -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.

A document that begins with [ is an array of records, one with a `root` holds such an array; any
other one holds a record a line (JSON lines).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from diffs.formats.records.decoder import Decoder, Fault, shown
from diffs.formats.records.document import Document
from diffs.formats.records.found import Found, IsSeen, most_values
from diffs.formats.records.pointers import Pointer
from diffs.table import Limits, TableTooLarge

BOM = b"\xef\xbb\xbf"
BLANK = b" \t\r\n"

_LINE = re.compile(rb"[^\n]+")


def records_in(data: bytes, root: Pointer, *, limits: Limits, is_seen: IsSeen) -> Iterator[Found]:
    """Yield the records of a document in its own order.

    Shapes
        is_seen     says of the bytes of a line whether that record was read before: then its value
                    is not needed

    Errors
        TableTooLarge   more values than `limits.tokens`
    """
    begin = len(BOM) if data.startswith(BOM) else 0
    first = data[begin : begin + 1024].lstrip(BLANK)[:1]
    if not first and not data[begin:].strip(BLANK):
        return iter(())
    if root or first == b"[":
        return Document(data, begin, limits, is_seen).records(root)
    return _lines(data, begin, limits, is_seen)


def _lines(data: bytes, begin: int, limits: Limits, is_seen: IsSeen) -> Iterator[Found]:
    """Yield the records of JSON lines; what is wrong with one line ends with it."""
    room = limits.tokens
    for match in _LINE.finditer(data, begin):
        raw = match[0].strip(BLANK)
        if not raw:
            continue
        start = match.start() + len(match[0]) - len(match[0].lstrip(BLANK))
        if is_seen(raw):
            yield Found(start, start + len(raw), start, is_line=True)
            continue
        room -= most_values(raw)
        if room < 0:
            raise TableTooLarge("tokens", limits.tokens)
        yield _line(raw, start)


def _line(raw: bytes, start: int) -> Found:
    """Return the record of one line."""
    stop = start + len(raw)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return Found(start, stop, start + error.start, reason="no UTF-8", is_line=True)
    decoder = Decoder(text)
    try:
        value = _only_value(decoder, text)
    except Fault as fault:
        at = start + len(text[: fault.position].encode())
        return Found(start, stop, at, reason=str(fault), is_line=True)
    return Found(start, stop, start, value, decoder.take_flaw(), is_line=True)


def _only_value(decoder: Decoder, text: str) -> object:
    value, end = decoder.value(0)
    if end < len(text):
        raise Fault(end, f"something after the record: {shown(text[end:])}")
    return value
