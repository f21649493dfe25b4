"""How late one side follows the other: lags counted in a fixed histogram, and its percentiles.

Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. A lag is known only as closely as looks follow each other, so its exact seconds are worth
nothing; counts per class of length add up over hours and cost a row few bytes. A percentile is told
as the upper bound of its class: never better than it was. Lags that ended as a difference are
counted as long as they were followed, else only those that went well would be measured.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, inf

BOUNDS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 45, 60, 90, 120, 300, 600, 1800, 3600)
"""Seconds up to which each class reaches; one more holds what is longer."""


@dataclass(frozen=True, slots=True)
class LagFigures:
    """What is known of the lags of some time.

    Units: seconds, upper bounds; infinite where the lag was longer than the last bound. None
    without any lag. `count` is how many were measured.
    """

    count: int = 0
    p50: float | None = None
    p95: float | None = None


def with_lag(counts: Sequence[int], seconds: float) -> list[int]:
    """Return the counts with one more lag.

    Shapes
        counts      [] before the first, else one a class
        seconds     what a clock that was set back makes negative counts as 0
    """
    grown = list(counts) or [0] * (len(BOUNDS) + 1)
    grown[bisect_left(BOUNDS, max(0.0, seconds))] += 1
    return grown


def figures(hours: Iterable[Sequence[int]]) -> LagFigures:
    """Return the percentiles over the counts of some hours."""
    total = [0] * (len(BOUNDS) + 1)
    for counts in hours:
        for place, count in enumerate(counts):
            total[place] += count
    if not sum(total):
        return LagFigures()
    return LagFigures(sum(total), _percentile(total, 0.50), _percentile(total, 0.95))


def _percentile(total: Sequence[int], share: float) -> float:
    """Return the upper bound of the class in which this share of all lags is reached."""
    left = ceil(share * sum(total))
    for bound, count in zip((*BOUNDS, inf), total, strict=True):
        left -= count
        if left <= 0:
            return float(bound)
    raise AssertionError("a share of at most 1 is reached in the last class")
