"""The goals of a load, each with what was measured and whether it is met.

For clusters that are looked at every 60 s. Other intervals are held to the same
share. Pure: the figures come from outside.
"""

from __future__ import annotations

from dataclasses import dataclass

SPACING = 75 / 60
"""Most distance between looks at p95, in intervals."""

QUEUE_SECONDS = 10.0
WORKER_MEGABYTES = 400.0
BYTES_A_DAY = 1e9
TITLES = ("what", "measured", "goal", "")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; without a goal it only tells."""

    what: str
    measured: str
    goal: str = ""
    is_met: bool | None = None

    @property
    def verdict(self) -> str:
        """Return the last word of the line."""
        return {None: "", True: "met", False: "not met"}[self.is_met]


def at_most(what: str, value: float, goal: float, *, unit: str) -> Line:
    """Return a line whose value may not exceed its goal; units: those of `unit`."""
    digits = 1 if goal < 100 else 0  # noqa: PLR2004
    return Line(what, f"{value:,.{digits}f} {unit}", f"≤ {goal:,.4g} {unit}", value <= goal)


def table(lines: list[Line]) -> str:
    """Return the lines as a table."""
    rows = [TITLES, *((line.what, line.measured, line.goal, line.verdict) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(TITLES))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def are_met(lines: list[Line]) -> bool:
    """Say whether no goal is missed."""
    return all(line.is_met is not False for line in lines)
