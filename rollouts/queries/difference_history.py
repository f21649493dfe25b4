"""What was said of a difference: reviews with what became of each, and comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from diffs.models import Comment, Difference, Review, ReviewedVariant, Variant
from diffs.verdicts import is_expired
from rollouts.queries.difference_groups import standing_of

LISTED = 50
LATELY = timedelta(minutes=15)
"""For how long the last word of a person is offered to them for undoing, wherever they are."""


@dataclass(frozen=True, slots=True)
class SaidReview:
    """One review and what became of it.

    Shapes
        standing    undone, replaced, expired, waits, or the verdict where it counts
        variants    of how many variants it was said; `counts` of how many of them it counts now
        is_own      the viewer said it
    """

    id: int
    verdict: str
    standing: str
    reason: str
    owner: str
    until: datetime | None
    held_out: tuple[str, ...]
    by: str
    at: datetime
    seconded_by: str
    seconded_at: datetime | None
    undone_by: str
    undone_at: datetime | None
    variants: int
    counts: int
    is_own: bool

    @property
    def is_waiting(self) -> bool:
        """Say whether a second person would let it count."""
        return self.standing == "waits"

    @property
    def is_inert(self) -> bool:
        """Say whether it does nothing any more."""
        return self.standing in {"undone", "replaced", "expired"}


@dataclass(frozen=True, slots=True)
class SaidComment:
    """One comment, line by line."""

    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class LastWord:
    """The last review that a person gave, while it is offered for undoing."""

    id: int
    difference_id: int
    difference: str
    verdict: str


def said_reviews(
    difference: Difference, *, viewer_id: int, now: datetime
) -> tuple[SaidReview, ...]:
    """Return the reviews of a difference, the newest first."""
    rows = Review.objects.filter(difference=difference).order_by("-pk")
    listed = list(rows.select_related("by", "owner", "seconded_by", "undone_by")[:LISTED])
    ids = [row.pk for row in listed]
    said = ReviewedVariant.objects.filter(review__in=ids).values_list("review_id")
    counts = Variant.objects.filter(review__in=ids).values_list("review_id")
    of = dict(said.annotate(count=Count("pk")).order_by())
    now_of = dict(counts.annotate(count=Count("pk")).order_by())
    return tuple(
        _said(row, of.get(row.pk, 0), now_of.get(row.pk, 0), viewer_id, now) for row in listed
    )


def said_comments(difference: Difference) -> tuple[SaidComment, ...]:
    """Return what people said beside verdicts, the newest first."""
    rows = Comment.objects.filter(difference=difference).select_related("by").order_by("-pk")
    return tuple(SaidComment(row.by.get_username(), row.at, row.text) for row in rows[:LISTED])


def last_word(*, viewer_id: int, now: datetime) -> LastWord | None:
    """Return what a person said last, where it was lately and still counts."""
    rows = Review.objects.filter(
        Q(counting__isnull=False), by=viewer_id, undone_at=None, at__gt=now - LATELY
    )
    row = rows.select_related("difference").order_by("-pk").first()
    if row is None:
        return None
    return LastWord(row.pk, row.difference_id, row.difference.name, str(row.verdict))


def _said(row: Review, variants: int, counts: int, viewer_id: int, now: datetime) -> SaidReview:
    return SaidReview(
        id=row.pk,
        verdict=str(row.verdict),
        standing=_standing(row, counts, now),
        reason=row.reason,
        owner=row.owner.get_username() if row.owner else "",
        until=row.until,
        held_out=tuple(row.held_out),
        by=row.by.get_username(),
        at=row.at,
        seconded_by=row.seconded_by.get_username() if row.seconded_by else "",
        seconded_at=row.seconded_at,
        undone_by=row.undone_by.get_username() if row.undone_by else "",
        undone_at=row.undone_at,
        variants=variants,
        counts=counts,
        is_own=row.by_id == viewer_id,
    )


def _standing(row: Review, counts: int, now: datetime) -> str:
    if row.undone_at is not None:
        return "undone"
    if not counts:
        return "replaced"
    return "expired" if is_expired(row.given, now) else standing_of(row, now=now)
