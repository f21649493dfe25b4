"""The tables of a load fleet: made cheaply, each cluster's its own, changing at a steady pace.

Theory. A few base tables are printed once; a cluster's is one of them with names of its own, so
that nothing about it was read or stored for another cluster. A version changes one route in a
hundred, alike on both sides; the shadow follows a moment after the legacy side.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from diffs.benchmark.make_tables import tables

BASES = 8
LARGE_ROUTES = 20_000
CHANGED_EVERY = 100
SHADOW_LATE_SECONDS = 2.0
SPREAD_SECONDS = 37.0
"""Neighbours change this much apart, so that the fleet never changes as one."""


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
    """

    bases: tuple[Table, ...]
    period_seconds: float
    large: int = 0

    def routes(self, number: int) -> int:
        """Return how many routes a cluster has."""
        return len(self._base(number).legacy)

    def version(self, number: int, side: str, now: float) -> int:
        """Return which version a side shows at a unix time."""
        late = SHADOW_LATE_SECONDS if side == "shadow" else 0.0
        return int((now - late + number * SPREAD_SECONDS) / self.period_seconds)

    def body(self, number: int, side: str, version: int) -> bytes:
        """Return the bytes that a side of a cluster shows in a version."""
        lines = list(getattr(self._base(number), side))
        first = version % CHANGED_EVERY
        mark = b"http://11.%d." % (version % 250)
        for at in range(first, len(lines), CHANGED_EVERY):
            lines[at] = lines[at].replace(b"http://10.0.", mark).replace(b"http://10.1.", mark)
        return b"\n".join(lines).replace(b"example[.]org", b"kube-%d[.]example[.]org" % number)

    def _base(self, number: int) -> Table:
        return self.bases[BASES if number < self.large else number % BASES]


def make_tables(
    *, smallest: int, largest: int, period_seconds: float, large: int = 0, seed: int = 7
) -> Tables:
    """Print base tables of between `smallest` and `largest` routes, and a large one if asked."""
    rng = random.Random(seed)  # noqa: S311 - the same tables for the same seed
    sizes = [rng.randint(smallest, largest) for _ in range(BASES)]
    sizes += [LARGE_ROUTES] if large else []
    bases = []
    for number, size in enumerate(sizes):
        legacy, shadow, _ = tables(size, seed=seed + number)
        bases.append(Table(legacy.encode().split(b"\n"), shadow.encode().split(b"\n")))
    return Tables(tuple(bases), period_seconds, large)
