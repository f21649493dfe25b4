"""The least set of rules that makes two sides the same in one part.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from diffs.part import Role
from diffs.rules.kind import Pair, PairRule

MOST_TRIED = 5
"""So many rules that change one part of one route are tried in every combination: 32 at most."""

Rules = Sequence[PairRule[Any]]


def least_set(pair: Pair, role: Role, rules: Rules) -> tuple[int, ...] | None:
    """Return the places of the fewest rules after which the sides agree in a part.

    Rules act in the order given. Of two sets of one size the one that comes first in that order is
    taken. None where no set does it. Where more than MOST_TRIED rules change the part, only single
    ones, and all of them less what can be left out, are tried.

    Shapes: an empty tuple where the sides agree as they are.
    """
    if not pair.differs(role):
        return ()
    places = [place for place, rule in enumerate(rules) if role in rule.touches]
    for place in places:
        if not rules[place].normalised(pair).differs(role):
            return (place,)
    movers = _movers(pair, places, rules)
    for chosen in _choices(movers):
        if _agree(pair, role, chosen, rules):
            return chosen if len(movers) <= MOST_TRIED else _less(pair, role, chosen, rules)
    return None


def _movers(pair: Pair, places: Sequence[int], rules: Rules) -> tuple[int, ...]:
    """Return the rules that change the pair, alone or after those before them."""
    movers = []
    after = pair
    for place in places:
        before, after = after, rules[place].normalised(after)
        if after != before or rules[place].normalised(pair) != pair:
            movers.append(place)
    return tuple(movers)


def _choices(movers: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the sets to try, small ones first; single ones were tried before."""
    if len(movers) > MOST_TRIED:
        yield movers
        return
    for size in range(2, len(movers) + 1):
        yield from combinations(movers, size)


def _less(pair: Pair, role: Role, chosen: tuple[int, ...], rules: Rules) -> tuple[int, ...]:
    """Return a set without the rules that it does not need, the last ones left out first."""
    for place in reversed(chosen):
        fewer = tuple(each for each in chosen if each != place)
        if _agree(pair, role, fewer, rules):
            chosen = fewer
    return chosen


def _agree(pair: Pair, role: Role, chosen: Sequence[int], rules: Rules) -> bool:
    for place in chosen:
        pair = rules[place].normalised(pair)
    return not pair.differs(role)
