"""A whole day of one fleet's bodies, kept as workers keep them, without the fleet.

A run of minutes sees the cheap beginning only: the patches on a whole body grow from change to
change until the next whole one. So the changes of a day are made and stored one after the other, of
a typical cluster and of a large one, and multiplied by how many there are.
"""

from __future__ import annotations

from demo.load.tables import Tables

DAY_SECONDS = 86_400.0
TYPICAL = 2
"""Typical clusters whose day is replayed; the others are as they are on average."""

SIDES = ("legacy", "shadow")


def bodies_a_day(tables: Tables, *, clusters: int) -> float:
    """Return the bytes of all bodies that a day's changes leave, before any is forgotten."""
    typical = [number for number in range(clusters) if number >= tables.large][:TYPICAL]
    large = [0] if tables.large else []
    of_typical = sum(_of(tables, number) for number in typical) / max(1, len(typical))
    of_large = sum(_of(tables, number) for number in large)
    count = min(clusters, tables.large)
    return of_large * count + of_typical * (clusters - count)


def _of(tables: Tables, number: int) -> float:
    """Return what one cluster's changes of a day take, both sides."""
    from diffs.models import Snapshot  # noqa: PLC0415  (needs settings)
    from diffs.operations.store_body import packed  # noqa: PLC0415

    changes = round(DAY_SECONDS / tables.period_seconds)
    total = 0
    for side in SIDES:
        like = Snapshot(data=packed(tables.body(number, side, 0), None)[0])
        for version in range(1, changes + 1):
            data, base = packed(tables.body(number, side, version), like)
            like = Snapshot(data=data, base=base)
            total += len(data)
    return float(total)
