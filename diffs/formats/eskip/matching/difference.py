"""What a client would notice between two answers to one request, in words.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import takewhile

from diffs.formats.eskip.matching.answer import Answer, Where, some

LONGEST_FILTERS = 200


class Weight(IntEnum):
    """How much two answers differ."""

    NOT = 0
    OPEN = 1
    OTHERWISE = 2
    ELSEWHERE = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """How much, and what stands behind the arrow: "both reach http://a; …"; of OPEN, why.

    NOT: alike for a client. OPEN: nobody can tell. OTHERWISE: the same place, reached by other
    filters or another choice. ELSEWHERE: another place.
    """

    weight: Weight
    words: str = ""


def difference(legacy: Answer, shadow: Answer) -> Difference:
    """Compare what the two tables answer."""
    if legacy.served == shadow.served:
        return Difference(Weight.NOT)
    if Where.NOWHERE in (legacy.where, shadow.where) and (
        legacy.may_be_not_found and shadow.may_be_not_found
    ):
        return Difference(Weight.OPEN, "both may answer 404")
    if legacy.where != shadow.where and (legacy.is_open or shadow.is_open):
        route = (legacy if legacy.is_open else shadow).route_id
        return Difference(Weight.OPEN, f"the filters of route {route} decide where it goes")
    if _place(legacy, shadow) != _place(shadow, legacy):
        return Difference(Weight.ELSEWHERE, _elsewhere(legacy, shadow))
    return Difference(Weight.OTHERWISE, f"both reach {legacy.words}; {_otherwise(legacy, shadow)}")


def _place(one: Answer, other: Answer) -> tuple[object, ...]:
    """Return where an answer comes from; a status counts only where both are known."""
    return one.where, one.addresses, one.status if other.status else ""


def _elsewhere(legacy: Answer, shadow: Answer) -> str:
    shared = set(legacy.addresses) & set(shadow.addresses)
    if not shared:
        return f"legacy: {legacy.words}, shadow: {shadow.words}"
    only = [
        f"{side} also {some(left)}"
        for side, left in (
            ("legacy", tuple(one for one in legacy.addresses if one not in shared)),
            ("shadow", tuple(one for one in shadow.addresses if one not in shared)),
        )
        if left
    ]
    return f"both reach {some(tuple(sorted(shared)))}; {', '.join(only)}"


def _otherwise(legacy: Answer, shadow: Answer) -> str:
    if legacy.filters == shadow.filters:
        how = f"{shadow.algorithm} instead of {legacy.algorithm}"
        return f"the shadow would choose among them by {how}"
    start = _alike(legacy.filters, shadow.filters)
    left, right = legacy.filters[start:], shadow.filters[start:]
    end = _alike(left[::-1], right[::-1])
    was, now = _shown(left[: len(left) - end]), _shown(right[: len(right) - end])
    if not was:
        return f"the shadow would also run these filters: {now}"
    if not now:
        return f"the shadow would not run these filters: {was}"
    return f"the shadow would run these filters instead: {now} (legacy: {was})"


def _alike(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    """Return how many of the first filters are the same."""
    pairs = zip(left, right, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _shown(filters: tuple[str, ...]) -> str:
    joined = " -> ".join(filters)
    return joined if len(joined) <= LONGEST_FILTERS else joined[:LONGEST_FILTERS] + "…"
