"""A table that has not moved for longer than its own history makes likely.

Flow: ... -> store -> *quiet* -> the next look.
Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. Two sides that both stopped reading agree for ever. Nothing in their tables tells a quiet
world from a dead source; only what the table did before does. So the longest quiet time of each day
is kept for four weeks, and a table is called frozen once it was quiet for FACTOR times the longest
of them. What is kept is the time that is known: from a move to the last look that still saw the
same table, so a worker that was away makes no quiet time longer.

Chance of a false alarm. For n quiet times of a table that goes on as before (they are exchangeable)
the next one is longer than all of them with probability 1/(n + 1), whatever their distribution.
Where moves come independently of each other (quiet times without memory) it is longer than FACTOR
times the longest with probability 1/C(n + FACTOR, FACTOR): for n = LEAST_MOVES = 20 and FACTOR = 4
that is 1 in 10,626 for each quiet time, for n = 60 one in 635,376. People change less at night and
at weekends, which has a memory: nights and weekends are among the days that are kept, and until a
whole week is known, nothing shorter than WEEKEND alarms. FLOOR keeps a table that moves every few
seconds from alarming over a pause. An idle table that moved fewer than LEAST_MOVES times alarms
never: nothing can be said about it, and "changes applied alike" says how little it proves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

FACTOR = 4
LEAST_MOVES = 20
FLOOR = timedelta(hours=1)
WEEKEND = timedelta(hours=72)
WHOLE_WEEK = timedelta(days=8)
DAYS = 28


@dataclass(frozen=True, slots=True)
class QuietHistory:
    """How a table moved so far.

    Shapes
        began_at    when it was first seen; None before
        moves       how often it moved since
        days        the longest quiet time that ended on each of the last DAYS days, in seconds
    """

    began_at: datetime | None = None
    moves: int = 0
    days: Mapping[date, float] = field(default_factory=dict)

    @property
    def longest(self) -> timedelta:
        """Return the longest quiet time that is remembered."""
        return timedelta(seconds=max(self.days.values(), default=0.0))


def begun(at: datetime) -> QuietHistory:
    """Return the history of a table that is seen for the first time."""
    return QuietHistory(began_at=at)


def moved(history: QuietHistory, quiet: timedelta, *, at: datetime) -> QuietHistory:
    """Return the history after a move.

    Shapes
        quiet   for how long the table before it was seen unchanged; negative counts as none
    """
    kept = {day: longest for day, longest in history.days.items() if _is_recent(day, at)}
    today = at.date()
    kept[today] = max(kept.get(today, 0.0), quiet.total_seconds(), 0.0)
    return QuietHistory(history.began_at or at, history.moves + 1, kept)


def limit(history: QuietHistory, *, now: datetime) -> timedelta | None:
    """Return for how long the table may be quiet; None where its history says too little."""
    if history.began_at is None or history.moves < LEAST_MOVES:
        return None
    is_week_known = now - history.began_at >= WHOLE_WEEK
    return max(FACTOR * history.longest, FLOOR if is_week_known else WEEKEND)


def is_frozen(history: QuietHistory, *, moved_at: datetime, now: datetime) -> bool:
    """Say whether a table that moved last at `moved_at` is quiet for too long."""
    longest = limit(history, now=now)
    return longest is not None and now - moved_at > longest


def words(history: QuietHistory, *, moved_at: datetime, now: datetime) -> str:
    """Say of a frozen table for how long it is quiet, against what it was before."""
    quiet = f"has said the same for {_span(now - moved_at)}"
    if not history.longest:
        return f"{quiet}, and changed at every look before, {history.moves:,} times"
    longest = _span(history.longest)
    before = f"the {history.moves:,} changes before"
    return f"{quiet}, and was never quiet for longer than {longest} in {before}"


def _span(time: timedelta) -> str:
    """Return a time in its two largest units."""
    seconds = int(time.total_seconds())
    units = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
    parts: list[str] = []
    for size, unit in units:
        if seconds >= size or (unit == "s" and not parts):
            parts.append(f"{seconds // size} {unit}")
            seconds %= size
    return " ".join(parts[:2])


def packed(history: QuietHistory) -> dict[str, object]:
    """Return the history as JSON has it."""
    return {
        "began_at": history.began_at.isoformat() if history.began_at else "",
        "moves": history.moves,
        "days": {day.isoformat(): longest for day, longest in history.days.items()},
    }


def unpacked(kept: Mapping[str, object]) -> QuietHistory:
    """Return the history that `packed` wrote; an empty one of {}."""
    began_at, moves, days = kept.get("began_at"), kept.get("moves"), kept.get("days")
    return QuietHistory(
        datetime.fromisoformat(began_at) if isinstance(began_at, str) and began_at else None,
        moves if isinstance(moves, int) else 0,
        {date.fromisoformat(day): float(longest) for day, longest in days.items()}
        if isinstance(days, dict)
        else {},
    )


def _is_recent(day: date, at: datetime) -> bool:
    return (at.date() - day).days < DAYS
