"""The differences of one target: a list, and the chosen one side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.urls import reverse

from diffs.formats import FORMATS
from diffs.formats.format import Words
from diffs.models import Occurrence
from diffs.queries.occurrences import (
    OccurrenceText,
    kinds_of,
    present_occurrences,
    text_of,
)
from diffs.queries.source_sides import RefusedRoute, SidePage, source_sides
from rollouts.models import Target
from rollouts.queries.known_difference import Known, known_difference
from rollouts.queries.listed_difference import ListedDifference, listed_differences
from rollouts.queries.reproduce import compare_lines
from rollouts.queries.target_page import live_side
from rollouts.queries.target_rows import TargetRow, target_row

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class DifferencesFilter:
    """What of the differences is shown, as the address says it; `chosen` is an occurrence's id."""

    search: str = ""
    kind: str = ""
    page: int = 1
    chosen: int | None = None


@dataclass(frozen=True, slots=True)
class DifferencesPage:
    """All that the page prints."""

    row: TargetRow
    tier_name: str
    tier_url: str
    rollout_key: str
    live: str
    format: str
    words: Words
    rows: tuple[ListedDifference, ...]
    pages: Page[Occurrence]
    kinds: tuple[tuple[str, int], ...]
    total: int
    chosen: OccurrenceText | None
    refused: tuple[tuple[str, RefusedRoute], ...]
    known: Known
    reproduce: str
    shown: DifferencesFilter

    @property
    def refused_sides(self) -> tuple[str, ...]:
        """Return the sides that have the chosen route in a form that is refused."""
        return tuple(side for side, _ in self.refused)


def target_differences_page(
    target: Target, shown: DifferencesFilter, *, now: datetime, is_watched: bool
) -> DifferencesPage:
    """Return the differences of a target; the first one is chosen where none is named."""
    found = present_occurrences(target.source_id, search=shown.search, kind=shown.kind)
    page = Paginator(found, PAGE_SIZE).get_page(shown.page)
    chosen = found.filter(pk=shown.chosen).first() if shown.chosen else None
    chosen = chosen or next(iter(page.object_list), None)
    kinds = kinds_of(target.source_id)
    sides = source_sides(target.source_id)
    return DifferencesPage(
        row=target_row(target, now=now, is_watched=is_watched),
        tier_name=target.tier.name,
        tier_url=reverse("tier", args=[target.rollout.key, target.tier.name]),
        rollout_key=target.rollout.key,
        live=live_side(target),
        format=target.source.format,
        words=FORMATS[target.source.format].words,
        rows=listed_differences(page.object_list, target.source.format, sides),
        pages=page,
        kinds=tuple(kinds.items()),
        total=sum(kinds.values()),
        chosen=text_of(chosen) if chosen else None,
        refused=_refused(sides, chosen.key if chosen else ""),
        known=known_difference(target, chosen, sides) if chosen else Known(),
        reproduce=compare_lines(sides),
        shown=shown,
    )


def _refused(sides: tuple[SidePage, ...], key: str) -> tuple[tuple[str, RefusedRoute], ...]:
    """Return on which sides the chosen route is refused, and why."""
    return tuple((side.side, one) for side in sides for one in side.refused if one.key == key)
