"""What names a record: the texts or numbers at its key pointers.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

import re

from diffs.formats.records.numbers import Number
from diffs.formats.records.pointers import Pointer, pointer_text
from diffs.formats.records.quoting import quoted

_MISREAD = re.compile(
    r'["\[(]|-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$|(true|false|nothing|line \d+)$'
)


class NoKey(ValueError):
    """The record lacks what would name it; the error says what."""


def key_of(record: object, pointers: tuple[Pointer, ...]) -> str:
    """Return the name of a record: what stands at its pointers, with commas between.

    Shapes: a text stands there as it is, unless it could be taken for something else (a number,
    several values, nothing at all): then in quotes. So two keys are equal only if their values are.

    Errors
        NoKey   a pointer leads to nothing, or to what names nothing: an object, an array, null
    """
    return ", ".join(_name(record, pointer, len(pointers) > 1) for pointer in pointers)


def _name(record: object, pointer: Pointer, is_one_of_several: bool) -> str:
    value = record
    for name in pointer:
        value = _below(value, name, pointer)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.text
    if isinstance(value, int | float):
        return repr(value)
    if not isinstance(value, str):
        what = "an object" if isinstance(value, dict) else "null" if value is None else "an array"
        raise NoKey(f"its {pointer_text(pointer)} is {what}, which names nothing")
    is_plain = value.isprintable() and value.strip() == value and not _MISREAD.match(value)
    is_plain = is_plain and bool(value) and not (is_one_of_several and "," in value)
    return value if is_plain else quoted(value)


def _below(value: object, name: str, pointer: Pointer) -> object:
    """Return a member of an object or an element of an array."""
    if isinstance(value, dict) and name in value:
        return value[name]
    is_place = name.isascii() and name.isdigit() and str(int(name[:9])) == name
    if isinstance(value, list) and is_place and int(name) < len(value):
        return value[int(name)]
    raise NoKey(f"it has no {pointer_text(pointer)}")
