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


PAUSES: dict[Outcome, str] = {
    Outcome.UNTRUSTED: "the comparison itself could not be trusted",
    Outcome.SAME_ADDRESS: "both sides were the same server",
    Outcome.SWAPPED: "the addresses looked swapped",
    Outcome.UNREACHABLE: "a side could not be reached",
    Outcome.NOT_READY: "a side had no table yet",
    Outcome.NOT_A_TABLE: "a side answered with something else than a table",
    Outcome.TRUNCATED: "a table was cut short",
    Outcome.REFUSED: "a table would be refused as a whole",
    Outcome.DUPLICATE_ID: "a table defined an id more than once",
    Outcome.SUSPECT: "a table shrank, and nobody has acknowledged it",
    Outcome.STALE_SOURCE: "a side stood still",
    Outcome.MOVED: "a side moved each time it was read",
    Outcome.NOT_COMPARED: "the legacy side alone was read",
}
"""Why clean time stands still after each outcome that neither adds to it nor resets it."""


RESTARTS: dict[Outcome, str] = {
    Outcome.DIFFERENT: "the sides disagreed, and nobody expects that",
    Outcome.UNSTABLE: "a route never settled",
}
"""Why clean time was set to zero."""


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
        return Clock(restart=RESTARTS[seen.outcome])
    if seen.outcome in {Outcome.LAG, Outcome.UNCONFIRMED}:
        return clock
    if seen.outcome not in GOOD:
        return replace(clock, pause=_pause(seen.outcome), last_good_at=None)
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


def _pause(outcome: Outcome) -> str:
    """Return why clean time stands still, in words; one that is new is told by its name."""
    return PAUSES.get(outcome, str(outcome))
