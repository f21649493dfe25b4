"""The page of one difference: where it is, one route of it side by side, what was said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from diffs.edit_words import SIDES, sentence
from diffs.edits import edits_between
from diffs.formats import FORMATS, format_of
from diffs.formats.format import Format, Words
from diffs.models import Difference, Occurrence, Review
from diffs.queries.occurrences import OccurrenceText, text_of
from diffs.queries.rules_made_from import MadeRule, rules_made_from
from diffs.queries.source_sides import source_sides
from diffs.queries.variants import PRESENT, present_variants
from diffs.queries.witnesses import WitnessTold, witnesses_of
from diffs.report import Kind
from rollouts.models import Target
from rollouts.queries.difference_groups import Group, standing_of
from rollouts.queries.difference_history import (
    SaidComment,
    SaidReview,
    said_comments,
    said_reviews,
)
from rollouts.queries.difference_places import Places, difference_places, routes_at
from rollouts.queries.difference_queue import QueuePage, next_open_after
from rollouts.queries.difference_values import ValuesPage, difference_values
from rollouts.queries.known_difference import Known, known_difference
from rollouts.queries.reproduce import compare_lines
from rollouts.queries.target_page import live_side
from rollouts.queries.target_rows import name_of
from rollouts.seen_variants import SeenVariants, seen_of

MOST_EDITS = 20


@dataclass(frozen=True, slots=True)
class ChosenRoute:
    """One route that differs, at one target.

    Shapes
        edits       what leads from one side to the other, in words; `more_edits` beyond those
        standing    what is said of its variant: one of STANDINGS, of difference_groups
        witness     a request that both sides answer differently; None where none was looked for
        known       what is known to cause such a difference
    """

    text: OccurrenceText
    variant: int
    standing: str
    target_key: str
    target: str
    target_url: str
    live: str
    edits: tuple[str, ...]
    more_edits: int
    routes: tuple[tuple[int, str], ...]
    reproduce: str
    witness: WitnessTold | None
    known: Known


@dataclass(frozen=True, slots=True)
class DifferencePage:
    """All that the page prints.

    Shapes
        group           as the queue knows it
        seen            the variants that are there now, for the forms
        rules           drafts and active rules that were made of it
        before, after   its neighbours in the queue; `next_open` the next that needs eyes
    """

    group: Group
    version: int
    words: Words
    format: str
    places: Places
    chosen: ChosenRoute | None
    values: ValuesPage
    reviews: tuple[SaidReview, ...]
    comments: tuple[SaidComment, ...]
    seen: SeenVariants
    before: Group | None
    after: Group | None
    next_open: Group | None
    reviewed: int
    listed: int
    rules: tuple[MadeRule, ...] = ()

    @property
    def more_places(self) -> int:
        """Return how many targets show it beyond those that are listed."""
        return self.places.targets - len(self.places.listed)

    @property
    def is_judged(self) -> bool:
        """Say whether anything counts of it, of which a target may be held out."""
        return any(not one.is_inert for one in self.reviews)

    @property
    def is_chosen_held_out(self) -> bool:
        """Say whether what was said does not hold for the target that is shown."""
        key = self.chosen.target_key if self.chosen else ""
        return any(one.key == key and one.is_held_out for one in self.places.listed)


def difference_page(
    difference: Difference,
    queue: QueuePage,
    *,
    at: int | None,
    viewer_id: int,
    now: datetime,
) -> DifferencePage:
    """Return the page of a difference.

    Shapes
        queue       as its reader filtered it, for what comes before and after; it holds this one
        at          the occurrence to show; another where it is no longer there
    """
    (group,) = (one for one in queue.everything if one.id == difference.pk)
    present = list(
        present_variants(difference.pk).select_related(None).values_list("pk", "review_id")
    )
    counting = Review.objects.in_bulk({review for _, review in present})
    places = difference_places(difference, counting.values(), now=now)
    before, after = _neighbours(queue.groups, group.id)
    return DifferencePage(
        group=group,
        version=difference.version,
        words=FORMATS[difference.format].words,
        format=difference.format,
        places=places,
        chosen=_chosen(difference, places, at, now),
        values=difference_values(difference),
        reviews=said_reviews(difference, viewer_id=viewer_id, now=now),
        comments=said_comments(difference),
        seen=seen_of(pk for pk, _ in present),
        before=before,
        after=after,
        next_open=next_open_after(queue.groups, group.id),
        reviewed=queue.reviewed,
        listed=queue.listed,
        rules=rules_made_from(difference.pk),
    )


def _neighbours(groups: Sequence[Group], place: int) -> tuple[Group | None, Group | None]:
    """Return what stands before and after a difference in the queue; the first for a stranger."""
    at = next((i for i, group in enumerate(groups) if group.id == place), None)
    if at is None:
        return None, next(iter(groups), None)
    before = groups[at - 1] if at else None
    return before, groups[at + 1] if at + 1 < len(groups) else None


def _chosen(
    difference: Difference, places: Places, at: int | None, now: datetime
) -> ChosenRoute | None:
    """Return the occurrence that an address names, else the first that is there."""
    there = Occurrence.objects.filter(
        PRESENT, variant__difference=difference, source__in=places.sources
    ).select_related("finding", "variant__review", "source")
    found = there.filter(pk=at).first() if at else None
    if found is None and places.listed:
        found = there.filter(pk=places.listed[0].at).first()
    return (
        None if found is None else _route(difference, places.sources[found.source_id], found, now)
    )


def _route(difference: Difference, target: Target, one: Occurrence, now: datetime) -> ChosenRoute:
    variant = one.variant_id or 0
    edits = _edits(format_of(one.source.format, one.source.options), one)
    review: Review | None = one.variant.review if one.variant else None
    sides = source_sides(one.source_id)
    return ChosenRoute(
        text=text_of(one),
        variant=variant,
        standing=standing_of(review, now=now),
        target_key=target.key,
        target=name_of(target),
        target_url=reverse("target", args=[target.pk]),
        live=live_side(target),
        edits=edits[:MOST_EDITS],
        more_edits=max(len(edits) - MOST_EDITS, 0),
        routes=routes_at(difference, one.source_id),
        reproduce=compare_lines(sides),
        witness=witnesses_of([variant]).get(variant),
        known=known_difference(target, one, sides),
    )


def _edits(format_: Format, one: Occurrence) -> tuple[str, ...]:
    """Return each edit in words; a route that one side alone has is one."""
    parts, kind = format_.parts, Kind(one.finding.kind)
    edits = edits_between(parts(one.finding.left), parts(one.finding.right))
    if kind in SIDES or not edits:
        return (sentence(kind, edits),)
    return tuple(sentence(kind, [edit]) for edit in edits)
