"""A canonical text taken apart: what a route consists of, and every value of it.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a part does in its route; `whole` where a text could not be taken apart."""

    PREDICATE = "predicate"
    FILTER = "filter"
    BACKEND = "backend"
    ENDPOINT = "endpoint"
    FIELD = "field"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Part:
    """One predicate, filter, backend or endpoint; of a record one field.

    Shapes
        name    of the predicate or filter; the type of a backend; the pointer of a field; else ""
        values  its arguments as they are printed, strings in quotes, none left out
    """

    role: Role
    name: str
    values: tuple[str, ...] = ()


def whole(text: str) -> tuple[Part, ...]:
    """Return a text as one part; none of an empty text."""
    return (Part(Role.WHOLE, "", (text,)),) if text else ()
