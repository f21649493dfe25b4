"""One place of a document at which a record stands, or should.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

IsSeen = Callable[[bytes], bool]
"""Says of the bytes of a line whether that record was read before: then its value is not needed."""


@dataclass(frozen=True, slots=True)
class Found:
    """One place at which a record stands, or should.

    Units
        start, stop     bytes from the start of the document
        at              where the fault is, else the start
    Shapes
        value           what stands there; None where it was seen before, or cannot be read
        flaw            what is wrong with it though it can be read
        reason          why it cannot be read
        name            what it is called where it has no key: its place in an array, from 0
        is_line         whether it stands alone on its line
    """

    start: int
    stop: int
    at: int
    value: object = None
    flaw: str = ""
    reason: str = ""
    name: str = ""
    is_line: bool = False


def most_values(raw: bytes) -> int:
    """Return how many values a text holds at most; signs inside texts are counted as well."""
    return raw.count(b",") + raw.count(b"[") + raw.count(b"{")
