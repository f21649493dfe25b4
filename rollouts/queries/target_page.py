"""The page of a target: what both sides say, since when, and how to see it for oneself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse

from diffs.lags import LagFigures, figures
from diffs.queries.occurrences import kinds_of, present_occurrences
from diffs.queries.source_history import (
    Span,
    day_strip,
    hours_of_day,
    latest_spans,
)
from diffs.queries.source_sides import SidePage, source_sides
from rollouts.machine import Mode
from rollouts.models import Target
from rollouts.queries.first_look import first_look_at
from rollouts.queries.growth import growth_words
from rollouts.queries.listed_difference import ListedDifference, listed_differences
from rollouts.queries.mode_changes import ModeChange, mode_changes
from rollouts.queries.reproduce import reproduce_lines
from rollouts.queries.table_files import file_stem
from rollouts.queries.target_rows import TargetRow, target_row
from rollouts.queries.target_state import STATES

PREVIEWED = 3
SPANS_SHOWN, SPANS_READ = 12, 60

LIVE_SIDE = {Mode.OFF: "legacy", Mode.SHADOW: "legacy", Mode.EXEC: "shadow", Mode.UNKNOWN: ""}
"""Which side production follows; nobody knows where the mode is unknown."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A quarter of an hour of the heat strip: its state, when it began, and the words for it."""

    state: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that became of a target: either an outcome or a mode began."""

    at: datetime
    span: Span | None = None
    mode: ModeChange | None = None


@dataclass(frozen=True, slots=True)
class TargetPage:
    """All that a target's page prints.

    `live` is the side that production follows; `since` is when the first look was.
    """

    row: TargetRow
    version: int
    tier_name: str
    tier_url: str
    rollout_key: str
    environment: str
    region: str
    live: str
    mode_since: datetime | None
    observed_mode: str
    observed_at: datetime | None
    observe_problem: str
    sides: tuple[SidePage, ...]
    strip: tuple[Cell, ...]
    happened: tuple[Happened, ...]
    since: datetime | None
    difference_points: tuple[tuple[datetime, int], ...]
    route_points: tuple[tuple[datetime, int], ...]
    route_label: str
    growth: str
    lags: LagFigures
    kinds: tuple[tuple[str, int], ...]
    previews: tuple[ListedDifference, ...]
    reproduce: str
    has_credential: bool
    is_in_pages: bool
    soak_seconds: int
    soak_looks: int


def target_page(target: Target, *, now: datetime, is_watched: bool) -> TargetPage:
    """Return a target's page."""
    sides = source_sides(target.source_id, now=now)
    cells = day_strip(target.source_id, now=now)
    cluster = target.cluster
    row = target_row(target, now=now, is_watched=is_watched)
    hours = hours_of_day(target.source_id, now=now)
    routes = tuple((hour.at, hour.routes) for hour in hours if hour.routes)
    return TargetPage(
        row=row,
        version=target.version,
        tier_name=target.tier.name,
        tier_url=reverse("tier", args=[target.rollout.key, target.tier.name]),
        rollout_key=target.rollout.key,
        environment=cluster.environment if cluster else "",
        region=cluster.region if cluster else "",
        live=live_side(target),
        mode_since=target.mode_since,
        observed_mode=target.observed_mode,
        observed_at=target.observed_at,
        observe_problem=target.observe_problem,
        sides=sides,
        strip=tuple(
            Cell(_cell_state(outcome, target.mode), at, _words(outcome)) for outcome, at in cells
        ),
        happened=_happened(target),
        since=first_look_at([target.source_id]),
        difference_points=tuple((hour.at, hour.differences) for hour in hours if row.was_compared),
        route_points=routes,
        route_label=f"{row.facts.noun.capitalize()}s, those of both sides counted once",
        lags=figures(hour.lags for hour in hours),
        growth=growth_words(routes, noun=row.facts.noun),
        kinds=tuple(kinds_of(target.source_id).items()),
        previews=listed_differences(
            present_occurrences(target.source_id)[:PREVIEWED], target.source.format, sides
        ),
        reproduce=reproduce_lines(sides, file_stem(target)),
        has_credential=any(side.credential for side in sides),
        is_in_pages=any(side.paging for side in sides),
        soak_seconds=int(target.tier.policy.get("soak_seconds", 0)),
        soak_looks=int(target.tier.policy.get("looks", 0)),
    )


def _happened(target: Target) -> tuple[Happened, ...]:
    """Return what became of a target, outcomes and modes, the newest first."""
    spans = folded(latest_spans(target.source_id, limit=SPANS_READ))[:SPANS_SHOWN]
    seen = [Happened(one.began_at, span=one) for one in spans]
    moved = [Happened(one.at, mode=one) for one in mode_changes(target)]
    return tuple(sorted([*seen, *moved], key=lambda one: one.at, reverse=True))


def folded(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the spans without neighbours that say the same, as a change of mode leaves them.

    Shapes: the newest first; of a run the newest words stay, with the beginning of the oldest.
    """
    kept: list[Span] = []
    for span in spans:
        if kept and (kept[-1].outcome, kept[-1].side) == (span.outcome, span.side):
            kept[-1] = replace(kept[-1], began_at=span.began_at)
        else:
            kept.append(span)
    return tuple(kept)


def suspect_routes(page: TargetPage) -> int:
    """Return how many routes the suspected side of a page shows; 0 where none is."""
    return next((side.routes or 0 for side in page.sides if side.side == page.row.facts.side), 0)


def live_side(target: Target) -> str:
    """Return the side that production follows in the target's mode; "" where nobody knows."""
    is_contradicted = bool(target.observed_mode) and target.observed_mode != target.mode
    return "" if is_contradicted else LIVE_SIDE[Mode(target.mode)]


def _cell_state(outcome: str, mode: str) -> str:
    """Return the state that colours a quarter of an hour."""
    if not outcome:
        return "none"
    state = STATES[outcome]
    return "follows" if state == "clean" and mode == Mode.EXEC else state


def _words(outcome: str) -> str:
    return outcome.replace("_", " ") if outcome else "no look"
