"""A difference as a list prints it: the route, its kind, and the first thing that changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from diffs.first_change import Change, first_change
from diffs.formats import FORMATS
from diffs.models import Occurrence
from diffs.queries.occurrences import OccurrenceRow, row_of
from diffs.queries.source_sides import SidePage


@dataclass(frozen=True, slots=True)
class ListedDifference:
    """One entry of a list of differences; `refusal` says why a refused route is."""

    row: OccurrenceRow
    change: Change
    refusal: str


def listed_differences(
    occurrences: Iterable[Occurrence], format_name: str, sides: Iterable[SidePage]
) -> tuple[ListedDifference, ...]:
    """Return what a list prints of occurrences, their texts laid out as the format says."""
    why = {one.key: one.reason for side in sides for one in side.refused}
    lines = FORMATS[format_name].lines
    return tuple(
        ListedDifference(
            row=row_of(one),
            change=first_change(one.finding.left, one.finding.right, lines=lines),
            refusal=why.get(one.key, ""),
        )
        for one in occurrences
    )
