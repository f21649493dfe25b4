"""Which findings people expect, at one source and now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from diffs.models import Variant
from diffs.verdicts import Given, Verdict, in_force

BATCH = 500


def expected_findings(
    variants: Mapping[str, int], *, labels: Mapping[str, str | int], now: datetime
) -> frozenset[str]:
    """Return the digests of those findings of a source that people expect there now.

    Shapes
        variants    {finding digest: variant id}
        labels      of the source
    """
    given = given_of(set(variants.values()))
    target = str(labels.get("target", ""))
    return frozenset(
        digest
        for digest, variant in variants.items()
        if in_force(given.get(variant), target=target, now=now) is Verdict.EXPECTED
    )


def given_of(variant_ids: Iterable[int]) -> dict[int, Given]:
    """Return {variant id: what people say of it}, of those of which they say anything."""
    found: dict[int, Given] = {}
    for batch in _batches(sorted(variant_ids)):
        rows = Variant.objects.filter(pk__in=batch, review__isnull=False).select_related("review")
        found.update({row.pk: row.review.given for row in rows if row.review})
    return found


def _batches(items: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
