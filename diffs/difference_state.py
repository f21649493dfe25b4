"""Which state a difference is in: new, ongoing, escalating, regressed or resolved.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

NEWS = timedelta(hours=24)
"""For how long something is news: that a difference is there, has spread, or has come back."""

SETTLED = timedelta(minutes=30)
"""Looks of many targets take their time: who shows a difference so soon after the first has not
joined, but was seen later."""

GONE = timedelta(minutes=10)
"""A difference that nobody shows is resolved after this: it may be back at the next look."""


class State(StrEnum):
    """The states, the one that needs eyes most first."""

    REGRESSED = "regressed"
    ESCALATING = "escalating"
    NEW = "new"
    ONGOING = "ongoing"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Life:
    """The moments of a difference that decide; None for what never was.

    Shapes
        first_seen_at   when it was believed first, anywhere
        spread_at       when it last reached another target or a later tier, well after the first
        gone_at         since when nobody shows it
        returned_at     when it was back last, after it had been resolved
    """

    first_seen_at: datetime
    spread_at: datetime | None = None
    gone_at: datetime | None = None
    returned_at: datetime | None = None


def state_of(life: Life, *, now: datetime) -> State:
    """Return the state; what is gone for good comes first, then what is news."""
    if life.gone_at is not None and now - life.gone_at >= GONE:
        return State.RESOLVED
    if life.returned_at is not None and now - life.returned_at < NEWS:
        return State.REGRESSED
    if life.spread_at is not None and now - life.spread_at < NEWS:
        return State.ESCALATING
    return State.NEW if now - life.first_seen_at < NEWS else State.ONGOING
