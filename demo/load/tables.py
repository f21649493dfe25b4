"""The tables of a load fleet: made cheaply, each cluster's its own, changing at a steady pace.

Theory. A few base tables are printed once; a cluster's is one of them with names of its own, so
that nothing about it was read or stored for another cluster. A change replaces one endpoint in each
of a few routes, as a deployment does, alike on both sides, and what was replaced stays so: a table
drifts away from what it was, change by change. The shadow follows a moment after the legacy side.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import lru_cache

from diffs.benchmark.make_tables import tables

BASES = 8
LARGE_ROUTES = 20_000
MOST_ROUTES = 4
"""Routes of one change at most."""

SHADOW_LATE_SECONDS = 2.0
SPREAD_SECONDS = 37.0
"""Neighbours change this much apart, so that the fleet never changes as one."""

ENDPOINT = re.compile(rb"http://[0-9.]+:8080")


@dataclass(frozen=True, slots=True)
class Table:
    """Both sides of one base table, line by line."""

    legacy: list[bytes]
    shadow: list[bytes]


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of the fleet.

    Shapes
        bases   what clusters are made from, in turn
        large   how many clusters, the first ones, have the table that lies behind the bases

    Units
        period_seconds  between two versions of one cluster's table
        began           unix time from which versions are counted
    """

    bases: tuple[Table, ...]
    period_seconds: float
    large: int = 0
    began: float = 0.0

    def routes(self, number: int) -> int:
        """Return how many routes a cluster has."""
        return len(self._base(number).legacy)

    def version(self, number: int, side: str, now: float) -> int:
        """Return which version a side shows at a unix time: how often its table changed."""
        late = SHADOW_LATE_SECONDS if side == "shadow" else 0.0
        spent = now - late - self.began + number * SPREAD_SECONDS
        return max(0, int(spent / self.period_seconds))

    def body(self, number: int, side: str, version: int) -> bytes:
        """Return the bytes that a side of a cluster shows in a version."""
        lines = list(getattr(self._base(number), side))
        for at, change in self._changes(number, version):
            lines[at] = _renewed(lines[at], at, change)
        return b"\n".join(lines).replace(b"example[.]org", b"kube-%d[.]example[.]org" % number)

    def _changes(self, number: int, version: int) -> list[tuple[int, int]]:
        """Return (line, which change) of every change so far, the oldest first."""
        size = self.routes(number)
        return [
            (at, change)
            for change in range(1, version + 1)
            for at in _changed(number, change, size)
        ]

    def _base(self, number: int) -> Table:
        return self.bases[BASES if number < self.large else number % BASES]


@lru_cache(maxsize=100_000)
def _changed(number: int, change: int, size: int) -> tuple[int, ...]:
    """Return the lines that a change of a cluster touches."""
    rng = random.Random(number * 1_000_003 + change)  # noqa: S311 - the same on both sides
    return tuple(rng.sample(range(size), min(size, rng.randint(1, MOST_ROUTES))))


def _renewed(line: bytes, at: int, change: int) -> bytes:
    """Return a route of which one endpoint has moved, the same one however they are ordered."""
    endpoints = sorted(set(ENDPOINT.findall(line)))
    if not endpoints:
        return line
    new = b"http://11.%d.%d.%d:8080" % (change // 250 % 250, change % 250, at % 250)
    return line.replace(endpoints[change % len(endpoints)], new)


def make_tables(
    *,
    smallest: int,
    largest: int,
    period_seconds: float,
    large: int = 0,
    began: float = 0.0,
    seed: int = 7,
) -> Tables:
    """Print base tables of between `smallest` and `largest` routes, and a large one if asked."""
    rng = random.Random(seed)  # noqa: S311 - the same tables for the same seed
    sizes = [rng.randint(smallest, largest) for _ in range(BASES)]
    sizes += [LARGE_ROUTES] if large else []
    bases = []
    for number, size in enumerate(sizes):
        legacy, shadow, _ = tables(size, seed=seed + number)
        bases.append(Table(legacy.encode().split(b"\n"), shadow.encode().split(b"\n")))
    return Tables(tuple(bases), period_seconds, large, began)
