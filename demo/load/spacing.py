"""How far apart looks are: distances between one source's looks, as its rows tell them.

Pure: the rows come from outside, again and again, and often enough to see every look.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Row:
    """What the state row of a source says at one time; `next_look_at` is when it becomes due."""

    source: int
    looks: int
    last_look_at: datetime | None
    next_look_at: datetime
    look_seconds: float | None


@dataclass(slots=True)
class Spacing:
    """Distances between looks, gathered from samples of the rows.

    Units
        distances   seconds between two looks of one source; the first is counted from `started_at`
        lags        seconds from a source being due to its look beginning, after the first round
        missed      looks that two samples had between them unseen
    """

    started_at: datetime
    distances: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    missed: int = 0
    _last: dict[int, Row] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        """Take one sample of one source."""
        before = self._last.get(row.source)
        self._last[row.source] = row
        if row.last_look_at is None or (before and before.looks == row.looks):
            return
        if before is None or before.last_look_at is None:
            self.first.append((row.last_look_at - self.started_at).total_seconds())
        else:
            self.distances.append((row.last_look_at - before.last_look_at).total_seconds())
        self.missed += row.looks - (before.looks if before else 0) - 1
        if before and before.looks:
            late = (row.last_look_at - before.next_look_at).total_seconds()
            self.lags.append(late - (row.look_seconds or 0.0))

    def open_distances(self, now: datetime) -> list[float]:
        """Return how long ago each source was last looked at, or never since the start."""
        return [
            (now - (row.last_look_at or self.started_at)).total_seconds()
            for row in self._last.values()
        ]


def percentile(values: list[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed; 0.0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def figures(values: list[float]) -> str:
    """Return median, p95 and the largest in words."""
    shares = [percentile(values, share) for share in (0.5, 0.95, 1.0)]
    return "p50 {:6.2f}  p95 {:6.2f}  max {:6.2f}".format(*shares) + f"  (n {len(values)})"
