"""The clean clock: uninterrupted proof that both sides agree.

Flow: compare -> judge -> *clean clock* -> store | gates.
Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. Time is clean only between two good looks that are not further apart than three intervals:
a gap earns nothing, it only pauses. A difference sets the clock to zero. A change after which older
proof says nothing (a mode, an address: the `epoch`) restarts it. It runs only while the source
soaks (mode shadow): in exec the legacy side reads from the shadow, and equality proves only that it
follows. Looks and changes applied alike are counted beside the time, so that neither a jumping
clock nor an idle table can soak.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from diffs.outcomes import GOOD, RESETTING, Outcome

GAP_INTERVALS = 3
"""Good looks further apart than this many intervals prove nothing about the time between them."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The clean time of one source.

    Units: `seconds` of clean time, `looks` and `changes` counts within it. `since` is when the
    present run began, `last_good_at` the last good look; None while there is none.
    """

    seconds: float = 0.0
    since: datetime | None = None
    looks: int = 0
    changes: int = 0
    last_good_at: datetime | None = None
    pause: str = ""
    restart: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look adds.

    `changes` counts the routes that both sides changed alike since the last good look;
    `is_lag_unbounded` says that the lag, or the difference seen once, that this equal look ends
    lasted longer than a lag may, or that it was no lag at all.
    """

    outcome: Outcome
    at: datetime
    changes: int = 0
    is_lag_unbounded: bool = False


def advance(clock: Clock, seen: Seen, *, interval_seconds: float, is_soaking: bool) -> Clock:
    """Return the clock after one look.

    A lag or an unconfirmed difference leaves the clock as it is: the good look that follows in time
    earns the stretch, and one that comes too late earns nothing for it.
    """
    if not is_soaking:
        return Clock(restart=clock.restart, pause="clean time counts only in mode shadow")
    if seen.outcome in RESETTING:
        return Clock(restart=f"{seen.outcome}: a difference sets clean time to zero")
    if seen.outcome in {Outcome.LAG, Outcome.UNCONFIRMED}:
        return clock
    if seen.outcome not in GOOD:
        return replace(clock, pause=str(seen.outcome), last_good_at=None)
    return _good(clock, seen, interval_seconds)


def _good(clock: Clock, seen: Seen, interval_seconds: float) -> Clock:
    """Add the time since the last good look, unless something broke the thread."""
    gap = (seen.at - clock.last_good_at).total_seconds() if clock.last_good_at else 0.0
    is_unbroken = not seen.is_lag_unbounded and 0 < gap <= GAP_INTERVALS * interval_seconds
    earned = gap if is_unbroken else 0.0
    return replace(
        clock,
        seconds=clock.seconds + earned,
        since=clock.since or seen.at,
        looks=clock.looks + 1,
        changes=clock.changes + (seen.changes if earned else 0),
        last_good_at=seen.at,
        pause="",
    )
