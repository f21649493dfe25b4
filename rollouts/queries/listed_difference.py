"""A difference as a list prints it: the route, its kind, and the first thing that changed."""

from __future__ import annotations

from dataclasses import dataclass

from diffs.first_change import Change, first_change
from diffs.formats import FORMATS
from diffs.models import Occurrence
from diffs.queries.occurrences import OccurrenceRow, row_of


@dataclass(frozen=True, slots=True)
class ListedDifference:
    """One entry of a list of differences."""

    row: OccurrenceRow
    change: Change


def listed(occurrence: Occurrence, format_name: str) -> ListedDifference:
    """Return what a list prints of an occurrence whose texts are laid out as the format says."""
    finding = occurrence.finding
    change = first_change(finding.left, finding.right, lines=FORMATS[format_name].lines)
    return ListedDifference(row_of(occurrence), change)
