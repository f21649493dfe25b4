"""How often a sign-in may be tried. Pure: counts and times in, a time out.

Theory. Three counts, since one alone fails: by name and address, which stops a guesser at one desk;
by address, which stops one guesser with many names; and by name over all addresses, which stops
many machines with one name. The last must not lock a person out for ever at no cost: it never
closes, it only makes each further try wait longer, and it does not hold where this person has
signed in before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Counted(StrEnum):
    """What tries are counted by, in the order in which they are asked and locked."""

    ADDRESS = "address"
    NAME = "name"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class Tries:
    """The wrong passwords of one series, those under way included."""

    count: int
    began_at: datetime
    last_at: datetime


WINDOW = timedelta(minutes=15)
MOST = {Counted.PAIR: 5, Counted.ADDRESS: 50}
"""Tries in one window, which begins with the first of them."""

FREE_BY_NAME = 20
LONGEST_WAIT = timedelta(minutes=5)
NAME_REST = timedelta(hours=1)
"""By name: so many at any pace, then waits of 1, 2, 4 … s up to the longest; forgotten at rest."""

KNOWN_FOR = timedelta(days=30)
"""For how long an address stays one from which a person has signed in before."""


def free_at(by: Counted, tries: Tries, now: datetime) -> datetime:
    """Return from when on a further try is let through: `now`, or a later time."""
    present = _present(by, tries, now)
    if by == Counted.NAME:
        over = present.count - FREE_BY_NAME
        if over < 0:
            return now
        doublings = min(over, 20)
        wait = min(timedelta(seconds=2**doublings), LONGEST_WAIT)
        return max(now, present.last_at + wait)
    return now if present.count < MOST[by] else present.began_at + WINDOW


def with_one_more(by: Counted, tries: Tries, now: datetime) -> Tries:
    """Return the series with a try at `now`; it is the first of a new one where the old is over."""
    present = _present(by, tries, now)
    began_at = present.began_at if present.count else now
    return Tries(count=present.count + 1, began_at=began_at, last_at=max(now, present.last_at))


def is_over(by: Counted, tries: Tries, now: datetime) -> bool:
    """Say whether nothing of a series counts any more."""
    if by == Counted.NAME:
        return now >= tries.last_at + NAME_REST
    return now >= tries.began_at + WINDOW


def _present(by: Counted, tries: Tries, now: datetime) -> Tries:
    """Return what of a series still counts."""
    return replace(tries, count=0) if is_over(by, tries, now) else tries
