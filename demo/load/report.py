"""The lines that a load ends in: what was seen, against its goals. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from demo.load.goals import (
    BYTES_A_DAY,
    QUEUE_SECONDS,
    SPACING,
    WORKER_MEGABYTES,
    Line,
    at_most,
)
from demo.load.growth import BODIES
from demo.load.processes import Process
from demo.load.spacing import percentile
from demo.load.watch import Seen

SETTLING = frozenset({"equal", "equal_after_rules", "lag", "moved", "unconfirmed"})
"""Outcomes that churn explains, where both sides follow within seconds."""

SMALL = 100_000.0
"""Kinds that grow less in a day are not listed. Units: bytes."""

MEGABYTE = 1e6


def of_looks(seen: Seen, *, interval: float) -> list[Line]:
    """Return how far apart looks were, and how long they waited."""
    spacings = list(seen.spacings.values())
    apart = [x for one in spacings for x in one.distances] + _still_open(seen, interval)
    lags = [x for one in spacings for x in one.lags]
    goal = SPACING * interval
    return [
        Line("until each was looked at twice", f"{seen.warm_seconds:.0f} s"),
        Line("looks measured", f"{sum(seen.outcomes.values()):,} in {seen.seconds:.0f} s"),
        Line("between looks, p50", f"{percentile(apart, 0.5):.1f} s"),
        at_most("between looks, p95", percentile(apart, 0.95), goal, unit="s"),
        Line("between looks, most", f"{percentile(apart, 1.0):.1f} s"),
        Line("due to begun, p50", f"{percentile(lags, 0.5):.1f} s"),
        at_most("due to begun, p95", percentile(lags, 0.95), QUEUE_SECONDS, unit="s"),
        Line("due to begun, most", f"{percentile(lags, 1.0):.1f} s"),
        Line("looks in flight, p95", f"{percentile(seen.in_flight, 0.95):.0f}"),
    ]


def _still_open(seen: Seen, interval: float) -> list[float]:
    """Return the distances that are longer than an interval already and have no end yet."""
    if seen.ended_at is None:
        return []
    ended_at: datetime = seen.ended_at
    every = [x for one in seen.spacings.values() for x in one.open_distances(ended_at)]
    return [x for x in every if x > interval]


def of_outcomes(seen: Seen) -> list[Line]:
    """Return what looks came to."""
    odd = sum(count for outcome, count in seen.outcomes.items() if outcome not in SETTLING)
    counted = [Line(f"looks: {name}", f"{count:,}") for name, count in seen.outcomes.most_common()]
    return [*counted, at_most("looks that churn does not explain", odd, 0, unit="looks")]


def of_memory(processes: list[Process], seen: Seen) -> list[Line]:
    """Return what processes held and used."""
    lines = []
    for process in processes:
        peak = process.peak_megabytes
        if process.name.startswith("look"):
            lines.append(at_most(f"memory of {process.name}", peak, WORKER_MEGABYTES, unit="MB"))
        last = process.samples[-1] if process.samples else 0.0
        used = f"{last:.0f} MB at the end, {100 * seen.cpu[process.name]:.0f} % of a core"
        lines.append(Line(process.name, used))
    return lines


def of_growth(growth: Mapping[str, float], *, replayed: float, files: float) -> list[Line]:
    """Return what the database grows in a day, the most first.

    Units: bytes a day; `files` is how much the files themselves grew, room for later rows included.
    """
    bodies = sum(size for name, size in growth.items() if name in BODIES)
    listed = sorted(growth.items(), key=lambda item: -item[1])
    return [
        *(_a_day(f"a day of {name}", size) for name, size in listed if abs(size) >= SMALL),
        at_most("a day of bodies, from this run", bodies / MEGABYTE, _MOST, unit="MB"),
        at_most("a day of bodies, replayed", replayed / MEGABYTE, _MOST, unit="MB"),
        at_most(
            "a day of all rows, bodies replayed", _all(growth, bodies, replayed), _MOST, unit="MB"
        ),
        _a_day("a day of files, as they grew here", files),
    ]


_MOST = BYTES_A_DAY / MEGABYTE


def _all(growth: Mapping[str, float], bodies: float, replayed: float) -> float:
    """Return megabytes a day of everything, with the bodies of a whole day."""
    return (sum(growth.values()) - bodies + replayed) / MEGABYTE


def _a_day(what: str, size: float) -> Line:
    return Line(what, f"{size / MEGABYTE:,.1f} MB")
