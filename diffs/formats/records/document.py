"""The records of an array, in a document that is one or holds one.

Flow: address -> fetch -> *parse* -> canonical -> compare -> report -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.

Bytes are counted along with characters, since a place in a document is told in bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from diffs.formats.records.decoder import Decoder, Fault, shown
from diffs.formats.records.found import Found, IsSeen, most_values
from diffs.formats.records.pointers import Pointer, pointer_text
from diffs.table import Limits, TableTooLarge

_BLANK = re.compile(r"[ \t\r\n]*")


class Document:
    """One document with an array in it; `place` counts characters, `byte` the bytes before it.

    `is_fresh` says that a line began since the last record, so that the next may have its own.
    """

    def __init__(self, data: bytes, begin: int, limits: Limits, is_seen: IsSeen) -> None:
        self.data = data
        self.is_seen = is_seen
        self.place = self.count = 0
        self.marked, self.byte = 0, begin
        self.text = ""
        self.is_fresh = False
        if most_values(data) > limits.tokens:
            raise TableTooLarge("tokens", limits.tokens)

    def records(self, root: Pointer) -> Iterator[Found]:
        """Yield the records of the array at the root; the first fault of grammar ends it."""
        try:
            self.text = self.data[self.byte :].decode()
        except UnicodeDecodeError as error:
            start = self.byte + error.start
            yield Found(start, len(self.data), start, reason="no UTF-8", name="the document")
            return
        self.is_ascii = self.text.isascii()
        self.decoder = Decoder(self.text)
        try:
            yield from self._descend(root, root)
            self._end()
        except Fault as fault:
            at = self._bytes_to(max(fault.position, self.marked))
            start = min(at, len(self.data))
            yield Found(start, len(self.data), start, reason=str(fault), name=self._name())

    def _end(self) -> None:
        self._blank()
        if self.place < len(self.text):
            raise Fault(self.place, f"something after the end: {shown(self._next())}")

    def _descend(self, rest: Pointer, root: Pointer) -> Iterator[Found]:
        """Walk to the array at the root, reading what stands beside it."""
        if not rest:
            yield from self._array(root)
            return
        self._take("{", f"no object, so there is no {pointer_text(root)}")
        is_found = False
        while not self._skip("}"):
            name = self._member()
            if name != rest[0]:
                self._value()
            elif is_found:
                raise Fault(self.place, f"the name {shown(name)} stands twice in one object")
            else:
                is_found = True
                yield from self._descend(rest[1:], root)
            self._comma("}")
        if not is_found:
            raise Fault(self.place, f"there is no {pointer_text(root)}")

    def _array(self, root: Pointer) -> Iterator[Found]:
        self._take("[", f"no array{' at ' + pointer_text(root) if root else ''}")
        while not self._skip("]"):
            yield self._record()
            self.count += 1
            self._comma("]")

    def _record(self) -> Found:
        """Return the record that begins here; one that was seen on this very line is not read."""
        begun = self.place
        start = self._bytes_to(begun)
        end = self.text.find("\n", begun) if self.is_fresh else -1
        self.is_fresh = False
        line = (
            self.text[begun:end].rstrip(" \t\r").removesuffix(",").rstrip(" \t") if end >= 0 else ""
        )
        if line and self.is_seen(line.encode()):
            self.place = begun + len(line)
            return Found(start, self._bytes_to(self.place), start, is_line=True)
        value, self.place = self.decoder.value(begun)
        is_line = len(line) == self.place - begun
        stop, flaw = self._bytes_to(self.place), self.decoder.take_flaw()
        return Found(start, stop, start, value, flaw, name=self._name(), is_line=is_line)

    def _member(self) -> str:
        """Take a name and its colon."""
        name, end = self.decoder.value(self.place)
        if not isinstance(name, str):
            raise Fault(self.place, "no JSON: expecting a name in quotes")
        self.place = end
        self._take(":", "no JSON: expecting ':'")
        self._blank()
        return name

    def _value(self) -> None:
        """Pass over a value beside the array; NaN in there harms no record."""
        _, self.place = self.decoder.value(self.place)
        self.decoder.take_flaw()

    def _comma(self, end: str) -> None:
        """Take the comma after an element, or stand before the end."""
        self._blank()
        if self._next() == end:
            return
        self._take(",", "no JSON: expecting ','")
        self._blank()
        if self._next() == end:
            raise Fault(self.place, "no JSON: a comma before the end")

    def _skip(self, sign: str) -> bool:
        self._blank()
        if self._next() != sign:
            return False
        self.place += 1
        return True

    def _take(self, sign: str, otherwise: str) -> None:
        if not self._skip(sign):
            raise Fault(self.place, otherwise)

    def _next(self) -> str:
        return self.text[self.place : self.place + 1]

    def _blank(self) -> None:
        match = _BLANK.match(self.text, self.place)
        if match and match[0]:
            self.place = match.end()
            self.is_fresh = self.is_fresh or "\n" in match[0]

    def _name(self) -> str:
        return f"[{self.count}]"

    def _bytes_to(self, place: int) -> int:
        """Return the byte at which a character stands; asked for in ascending order."""
        step = self.text[self.marked : place]
        self.byte += len(step) if self.is_ascii else len(step.encode())
        self.marked = place
        return self.byte
