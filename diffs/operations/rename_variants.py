"""Name stored findings anew where the way of naming them changed, and take their verdicts along.

Theory. A verdict binds to a name, and a later version names otherwise: it may tell apart what was
one, or see as one what was two. The texts are stored, so every occurrence is named again. A verdict
goes along only where all that comes together under a new name had that same verdict; else the new
one is open, and a person looks again. A difference keeps its number where its shape has but a new
name. Until this has run, occurrences stand under their old names and verdicts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from diffs import fingerprint
from diffs.fingerprint import ClusterNames
from diffs.formats import format_of
from diffs.models import Difference, Occurrence, Variant
from diffs.operations.keep_variants import NAMES, Named, name_of
from diffs.report import Finding, Kind

BATCH = 500


@dataclass(slots=True)
class Renamed:
    """What comes together under one new name: occurrences, and the reviews they had."""

    named: Named
    occurrences: list[int] = field(default_factory=list)
    reviews: set[int | None] = field(default_factory=set)


def rename_variants() -> int:
    """Name anew what has a name of another version; return how many occurrences that were."""
    old = Variant.objects.exclude(exact__startswith=f"{fingerprint.VERSION}:")
    shown = old.filter(occurrences__isnull=False)
    keys = sorted(set(shown.values_list("difference_id", flat=True)))
    return sum(_rename(key) for key in keys)


def _rename(difference_id: int) -> int:
    """Name anew all occurrences of one difference."""
    with transaction.atomic():
        row = Difference.objects.select_for_update().get(pk=difference_id)
        renamed = _named_anew(row)
        for shape, group in _by_shape(renamed).items():
            _move(_difference_of(row, shape, group[0].named), group)
    return sum(len(one.occurrences) for one in renamed)


def _named_anew(row: Difference) -> list[Renamed]:
    """Return what the occurrences of a difference are called now."""
    rows = Occurrence.objects.filter(variant__difference=row)
    old = rows.exclude(variant__exact__startswith=f"{fingerprint.VERSION}:")
    found: dict[str, Renamed] = {}
    for one in old.select_related("finding", "source", "variant").order_by("pk").iterator(BATCH):
        labels, kept = one.source.labels, one.finding
        named = name_of(
            Finding(kept.key, Kind(kept.kind), kept.left, kept.right),
            names=ClusterNames([str(labels[name]) for name in NAMES if labels.get(name)]),
            format_=format_of(one.source.format, one.source.options),
        )
        renamed = found.setdefault(named.exact, Renamed(named))
        renamed.occurrences.append(one.pk)
        renamed.reviews.add(one.variant.review_id if one.variant else None)
    return list(found.values())


def _by_shape(renamed: Sequence[Renamed]) -> dict[str, list[Renamed]]:
    groups: dict[str, list[Renamed]] = defaultdict(list)
    for one in renamed:
        groups[one.named.shape].append(one)
    return groups


def _difference_of(row: Difference, shape: str, named: Named) -> Difference:
    """Return the difference of a shape: one that has it, this one under it, or a new one."""
    found = Difference.objects.filter(rollout=row.rollout, shape=shape).first()
    if found is not None:
        return found
    if not row.shape.startswith(f"{fingerprint.VERSION}:"):
        row.shape, row.kind, row.label = shape, named.kind, named.label
        row.save(update_fields=["shape", "kind", "label"])
        return row
    return Difference.objects.create(
        rollout=row.rollout,
        shape=shape,
        format=row.format,
        kind=named.kind,
        label=named.label,
        sentence=named.typed,
        first_seen_at=row.first_seen_at,
    )


def _move(difference: Difference, group: Sequence[Renamed]) -> None:
    """Put occurrences under their new variants, with the verdict that all of them had."""
    for one in sorted(group, key=lambda each: each.named.exact):
        words = {"key": one.named.key, "sentence": one.named.sentence}
        variant, is_new = Variant.objects.get_or_create(
            difference=difference, exact=one.named.exact, defaults=words
        )
        reviews = one.reviews if is_new else {*one.reviews, variant.review_id}
        variant.review_id = reviews.pop() if len(reviews) == 1 else None
        variant.save(update_fields=["review"])
        for start in range(0, len(one.occurrences), BATCH):
            rows = Occurrence.objects.filter(pk__in=one.occurrences[start : start + BATCH])
            rows.update(variant=variant)
