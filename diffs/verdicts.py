"""What a person's verdict on a difference is worth at one moment, at one target.

Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. A verdict binds to a variant, that is to a disagreement with every value. It is in force
everywhere but at the targets it holds out, from the moment it needs nobody else any more, and an
expected one up to its date. What is not in force leaves the difference open: unknown is closed.
Noise changes nothing by itself: the rule that is made of it does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What a person says of a difference."""

    OPEN = "open"
    BUG = "bug"
    EXPECTED = "expected"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Given:
    """A verdict as it was given.

    Shapes
        until       up to when it holds; None: without end
        waits       whether it needs a second person who has not agreed yet
        held_out    keys of the targets for which it does not hold
    """

    verdict: Verdict
    until: datetime | None = None
    waits: bool = False
    held_out: Collection[str] = ()


def is_expired(given: Given, now: datetime) -> bool:
    """Say whether its date is past: it is shown, and inert."""
    return given.until is not None and given.until <= now


def in_force(given: Given | None, *, target: str, now: datetime) -> Verdict:
    """Return the verdict that counts at a target now; open where none does.

    Noise is open as well, until a rule hides it.
    """
    if given is None or given.waits or is_expired(given, now) or target in given.held_out:
        return Verdict.OPEN
    return Verdict.OPEN if given.verdict is Verdict.NOISE else given.verdict
