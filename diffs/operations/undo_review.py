"""Take a review back: what counted before it counts again, where nothing newer was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from diffs.models import Review, ReviewedVariant, Variant

BATCH = 500


def undo_review(review: Review, *, actor: AbstractBaseUser, now: datetime) -> int:
    """Undo a review; return for how many variants something else counts now.

    Part of the decision's transaction, which has locked the difference. What counted before may be
    undone itself by now: then it is what counted before that.
    """
    said = ReviewedVariant.objects.filter(review__difference=review.difference_id)
    before = {(row.variant_id, row.review_id): row.before_id for row in said}
    undone = set(
        Review.objects.filter(difference=review.difference_id, undone_at__isnull=False).values_list(
            "pk", flat=True
        )
    )
    undone.add(review.pk)
    counting = Variant.objects.filter(review=review).values_list("pk", flat=True)
    again: dict[int | None, list[int]] = defaultdict(list)
    for variant in counting:
        again[_standing(variant, review.pk, before, undone)].append(variant)
    for earlier, variants in again.items():
        for start in range(0, len(variants), BATCH):
            rows = Variant.objects.filter(pk__in=variants[start : start + BATCH])
            rows.update(review=earlier)
    review.undone_by, review.undone_at = actor, now  # type: ignore[assignment]
    review.save(update_fields=["undone_by", "undone_at"])
    return sum(len(variants) for variants in again.values())


def _standing(
    variant: int,
    review: int,
    before: Mapping[tuple[int, int], int | None],
    undone: set[int],
) -> int | None:
    """Return the newest review of a variant before this one that was not undone."""
    earlier: int | None = review
    while earlier is not None and earlier in undone:
        earlier = before.get((variant, earlier))
    return earlier
