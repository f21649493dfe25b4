"""How much a database grows in a day, kind by kind, from what it held at three moments.

Pure: the moments come from outside.

Theory. A table is never smaller than its empty pages, so that its rows are weighed by what came
beyond those. What a run of minutes cannot show is counted from what is known: an hour has one row a
source, a day one body a side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DAY_SECONDS = 86_400.0
ROWS_A_DAY = {"hour rollups": 24, "bodies of a day": 2}
"""Of one source, whatever happens."""

WEIGHED_WHOLE = frozenset({"bodies, whole", "bodies, as patches", "line indices"})
"""Kinds whose bytes are those of their values, and not of a table."""

BODIES = frozenset({"bodies, whole", "bodies, as patches"})


@dataclass(frozen=True, slots=True)
class Held:
    """What the database held of one kind at one moment."""

    rows: int
    bytes: int


Moment = Mapping[str, Held]


def growth_a_day(
    empty: Moment, before: Moment, after: Moment, *, seconds: float, sources: int
) -> dict[str, float]:
    """Return bytes a day by kind.

    Shapes
        empty       before the first row was written
        seconds     from `before` to `after`
    """
    share = DAY_SECONDS / seconds
    found = {}
    for name, held in after.items():
        if name in WEIGHED_WHOLE:
            found[name] = (held.bytes - before[name].bytes) * share
            continue
        rows = (held.rows - before[name].rows) * share
        if name in ROWS_A_DAY:
            rows = ROWS_A_DAY[name] * sources
        weight = (held.bytes - empty[name].bytes) / held.rows if held.rows else 0.0
        found[name] = rows * max(0.0, weight)
    return found
