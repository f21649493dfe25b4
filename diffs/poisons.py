"""What a format says of entries that do harm once a component reads the table for good.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from dataclasses import dataclass

AFTER_REFUSAL = (
    "After exec every Skipper of this cluster refuses the whole table for it: running pods freeze"
    " on their last table, new pods never become ready."
)
AFTER_CHANGE = (
    "After exec the table loads, and this value is another one than today: both sides print the"
    " same, so no comparison shows it."
)


@dataclass(frozen=True, slots=True)
class Poison:
    """A kind of harm by its name, and what happens after exec, in whole sentences."""

    name: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """An entry that is read as something else than was meant; line and column from 1."""

    key: str
    line: int
    column: int
    poison: Poison
