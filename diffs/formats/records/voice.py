"""Records as people read them: one field a line, its pointer and its value.

Pure: nothing here imports Django, reads a clock or opens a socket.

    /name: "a.example.org"
    /targets/0: "10.0.0.1"
    /ttl: ~300
    /zones/*: {"id": 1, "name": "b"}

~ marks a number that was rounded because it counts only within a tolerance, * an element of an
array whose order does not count. Whatever could mislead the eye stands there escaped, as JSON does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from diffs.formats.records.decoder import Decoder
from diffs.formats.records.identity import key_of
from diffs.formats.records.numbers import Number, Rounded
from diffs.formats.records.options import Options
from diffs.formats.records.places import Places
from diffs.formats.records.pointers import ANY, pointer_text
from diffs.formats.records.quoting import quoted
from diffs.formats.records.shape import Unordered, settled, shaped
from diffs.part import Part, Role, whole
from diffs.report import Kind
from diffs.table import Voice

AFTER = "(after)"
"""The line of a record whose place among the others counts: the key of the one before it."""


@dataclass(frozen=True)
class RecordVoice:
    """What tables ask of records when somebody wants to see single ones.

    Shapes
        after   {key: key of the record before it, "" of the first}; empty unless order counts
    """

    options: Options
    places: Places = field(repr=False)
    after: Mapping[str, str] = field(default_factory=dict, repr=False)

    def text(self, raw: bytes) -> str:
        """Return the canonical text of the one good record in `raw`."""
        return self._printed(raw, self._shape(raw))

    def settled(self, left: bytes, right: bytes, *, other: Voice) -> tuple[str, str]:
        """Return both texts, on the right each number as on the left that is within tolerance."""
        if not self.options.tolerance:
            return self.text(left), other.text(right)
        one, two = self._shape(left), self._shape(right)
        head = other.text(right).partition("\n")[0] if self.after else ""
        lines = [head] if head else []
        return self._printed(left, one), "\n".join([*lines, *_lines(settled(one, two))])

    def kind(self, left: str, right: str) -> Kind:  # noqa: ARG002
        """Return on what two different texts disagree: on fields, always."""
        return Kind.FIELD

    def _shape(self, raw: bytes) -> object:
        return shaped(_record(raw), self.places)

    def _printed(self, raw: bytes, shape: object) -> str:
        lines = _lines(shape)
        if not self.after:
            return "\n".join(lines)
        before = self.after.get(key_of(_record(raw), self.options.key), "")
        return "\n".join([f"{AFTER}: {quoted(before) if before else 'nothing'}", *lines])


def display_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text; the blank ones between two records of one key are left out."""
    return tuple(line for line in text.split("\n") if line)


def parts_of(text: str) -> tuple[Part, ...]:
    """Return the fields of a canonical text; a text of several records is one part, whole."""
    if "\n\n" in text:
        return whole(text)
    return tuple(_part(line) for line in display_lines(text))


def _part(line: str) -> Part:
    if line.startswith('"'):
        name, end = json.JSONDecoder().raw_decode(line)
        return Part(Role.FIELD, str(name), (line[end + len(": ") :],))
    pointer, _, value = line.partition(": ")
    return Part(Role.FIELD, pointer, (value,))


def _record(raw: bytes) -> object:
    return Decoder(raw.decode()).value(0)[0]


def _lines(shape: object) -> list[str]:
    """Return the fields of a shape, members by their names, elements by their places."""
    return [f"{_name(pointer)}: {value}" for pointer, value in _fields(shape, "")]


def _fields(shape: object, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(shape, Unordered) and shape:
        yield from ((f"{pointer}/{ANY}", _value(one)) for one in shape)
    elif isinstance(shape, dict) and shape:
        for name in sorted(shape):
            yield from _fields(shape[name], pointer + pointer_text((name,)))
    elif isinstance(shape, list) and shape:
        for number, one in enumerate(shape):
            yield from _fields(one, f"{pointer}/{number}")
    else:
        yield pointer, _value(shape)


def _value(shape: object) -> str:
    """Return a value on one line."""
    if isinstance(shape, dict):
        inner = ", ".join(f"{quoted(name)}: {_value(shape[name])}" for name in sorted(shape))
        return f"{{{inner}}}"
    if isinstance(shape, list):
        return f"[{', '.join(_value(one) for one in shape)}]"
    if isinstance(shape, Number | Rounded):
        return shape.text
    return quoted(shape) if isinstance(shape, str) else json.dumps(shape)


def _name(pointer: str) -> str:
    """Return a pointer, in quotes where it could be misread."""
    is_plain = pointer.isprintable() and not any(sign in pointer for sign in ('"', "\\", ": "))
    return pointer if is_plain and pointer else quoted(pointer)
