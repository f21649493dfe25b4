"""Write down what a person said of variants, and let it count for them from now on."""

from __future__ import annotations

from collections.abc import Sequence

from diffs.models import Review, ReviewedVariant, Variant

BATCH = 500


def keep_review(review: Review, variants: Sequence[Variant]) -> Review:
    """Write a review of these variants; what counted before is remembered, for an undo.

    Part of the decision's transaction, which has locked the difference.
    """
    review.save(force_insert=True)
    for start in range(0, len(variants), BATCH):
        some = variants[start : start + BATCH]
        ReviewedVariant.objects.bulk_create(
            ReviewedVariant(review=review, variant=one, before_id=one.review_id) for one in some
        )
        Variant.objects.filter(pk__in=[one.pk for one in some]).update(review=review)
    return review
