"""The variants of a difference in words: its values, and at how many routes and targets each is."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Min, Q

from diffs.models import Difference, Variant

SHOWN = 12
_THERE = Q(occurrences__resolved_at=None, occurrences__confirmed_at__isnull=False)


@dataclass(frozen=True, slots=True)
class Values:
    """Variants that read alike: the same values, perhaps on many routes.

    Shapes
        at      one occurrence of them, for the address
    """

    sentence: str
    variants: int
    targets: int
    at: int


@dataclass(frozen=True, slots=True)
class ValuesPage:
    """The first of a difference's values, and how many more there are."""

    listed: tuple[Values, ...]
    more: int


def difference_values(difference: Difference) -> ValuesPage:
    """Return the values that are there now, the most frequent first."""
    rows = (
        Variant.objects.filter(_THERE, difference=difference)
        .order_by()
        .values_list("sentence")
        .annotate(
            variants=Count("pk", distinct=True),
            targets=Count("occurrences__source", distinct=True),
            at=Min("occurrences__pk"),
        )
        .order_by("-variants", "-targets", "sentence")
    )
    listed = [Values(*row) for row in rows]
    return ValuesPage(tuple(listed[:SHOWN]), max(len(listed) - SHOWN, 0))
