"""Forget what nobody needs any more, kind by kind, each by its rule of diffs.retention.

Kept: the latest body of each side, bodies of looks that were not equal (14 days), the first of each
day (90 days), and every whole body that a kept patch stands on. Counts by the hour become counts by
the day, which stay for ever; the last changes of each source stay beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from diffs.models import (
    Comment,
    Comparison,
    DailyBody,
    Difference,
    Finding,
    KeptBody,
    Occurrence,
    OutcomeSpan,
    PodSighting,
    Review,
    ReviewedVariant,
    Rule,
    SideState,
    Snapshot,
    Variant,
)
from diffs.operations.fold_hours import fold_hours
from diffs.retention import (
    BODIES_OF_DIFFERENCES,
    COMPARISONS,
    DAILY_BODIES,
    DIFFERENCES,
    FINDINGS,
    FRESH_NAMES,
    LATEST_SPANS,
    OTHER_BODIES,
    PASSING_OCCURRENCES,
    PODS,
    SPANS,
)

BATCH = 500
"""Rows deleted in one transaction: whoever records a look waits for no more of them."""

SECONDS = 20.0
"""How long one round may take; what is left is for the next one."""


def prune(*, now: datetime, seconds: float = SECONDS) -> dict[str, int]:
    """Delete or fold what has outlived its retention, in batches; return the count of rows by kind.

    The kinds take turns, so that a backlog of one keeps no other waiting for the next round.

    Units
        seconds     the round ends with the first batches after it
    """
    ends_at = monotonic() + seconds
    DailyBody.objects.filter(day__lt=(now - DAILY_BODIES).date()).delete()
    deleted = dict.fromkeys(KINDS, 0)
    left = list(KINDS)
    while left:
        counts = {kind: KINDS[kind](now) for kind in left}
        for kind, count in counts.items():
            deleted[kind] += count
        left = [kind for kind in left if counts[kind]]
        if monotonic() >= ends_at:
            break
    return deleted


def _delete_bodies(now: datetime) -> int:
    """Delete some bodies that no side shows, no retention keeps and no patch stands on."""
    shown = SideState.objects.filter(snapshot=OuterRef("pk"))
    patches = Snapshot.objects.filter(base=OuterRef("pk"))
    unequal = Comparison.objects.filter(compared_at__gte=now - BODIES_OF_DIFFERENCES)
    old = Snapshot.objects.filter(last_read_at__lt=now - OTHER_BODIES).filter(
        ~Exists(shown),
        ~Exists(DailyBody.objects.filter(snapshot=OuterRef("pk"))),
        ~Exists(KeptBody.objects.filter(snapshot=OuterRef("pk"))),
        ~Exists(patches),
        ~Exists(unequal.filter(legacy=OuterRef("pk"))),
        ~Exists(unequal.filter(shadow=OuterRef("pk"))),
    )
    return _delete(old)


def _delete_occurrences(now: datetime) -> int:
    """Delete some occurrences that ended long ago, those that were never confirmed much sooner."""
    ended = Q(resolved_at__lt=now - FINDINGS)
    passed = Q(confirmed_at=None, resolved_at__lt=now - PASSING_OCCURRENCES)
    return _delete(Occurrence.objects.filter(ended | passed))


def _delete_findings(now: datetime) -> int:
    """Delete some findings not seen within their retention and not held by an occurrence."""
    held = Occurrence.objects.filter(finding=OuterRef("pk"))
    old = Finding.objects.filter(~Exists(held), last_seen_at__lt=now - FINDINGS)
    return _delete(old)


def _delete_variants(now: datetime) -> int:
    """Delete some variants that no occurrence shows any more and of which nobody said anything."""
    seen = Occurrence.objects.filter(variant=OuterRef("pk"))
    reviewed = ReviewedVariant.objects.filter(variant=OuterRef("pk"))
    old = Variant.objects.filter(named_at__lt=now - FRESH_NAMES, review=None)
    return _delete(old.filter(~Exists(seen), ~Exists(reviewed)))


def _delete_differences(now: datetime) -> int:
    """Delete some differences that are gone for long, and left nothing that people said."""
    said = [
        model._default_manager.filter(**{field: OuterRef("pk")})
        for model, field in (
            (Variant, "difference"),
            (Review, "difference"),
            (Comment, "difference"),
            (Rule, "made_from"),
        )
    ]
    gone = Q(gone_at__lt=now - DIFFERENCES) | Q(first_seen_at=None, gone_at=None)
    old = Difference.objects.filter(gone, named_at__lt=now - FRESH_NAMES, owner=None)
    return _delete(old.filter(*(~Exists(rows) for rows in said)))


def _delete_comparisons(now: datetime) -> int:
    """Delete some comparisons that no look came to for long and no span names."""
    named = OutcomeSpan.objects.filter(comparison=OuterRef("pk"))
    return _delete(Comparison.objects.filter(~Exists(named), compared_at__lt=now - COMPARISONS))


def _delete_spans(now: datetime) -> int:
    """Delete some spans that ended long ago and are not among the latest of their source."""
    own = OutcomeSpan.objects.filter(source=OuterRef("source")).order_by("-began_at")
    oldest_kept = Subquery(own.values("began_at")[LATEST_SPANS - 1 : LATEST_SPANS])
    old = OutcomeSpan.objects.filter(ended_at__lt=now - SPANS, began_at__lt=oldest_kept)
    return _delete(old.order_by("pk"))


def _delete_pods(now: datetime) -> int:
    """Delete some pods that were not seen for long: they are gone, or their side is not read."""
    return _delete(PodSighting.objects.filter(seen_at__lt=now - PODS))


def _fold_hours(now: datetime) -> int:
    """Fold the hours of some days long past."""
    return fold_hours(now=now, limit=BATCH)


def _delete(old: QuerySet[Any]) -> int:
    """Delete one batch of rows and return how many there were.

    Rows are locked before they are deleted: one that a look sees again meanwhile stays, and one
    that is gone is written anew.
    """
    with transaction.atomic():
        found = old.select_for_update(skip_locked=True)[:BATCH]
        keys = list(found.values_list("pk", flat=True))
        old.model._default_manager.filter(pk__in=keys).delete()
    return len(keys)


KINDS: dict[str, Callable[[datetime], int]] = {
    "occurrences": _delete_occurrences,
    "bodies": _delete_bodies,
    "findings": _delete_findings,
    "spans": _delete_spans,
    "comparisons": _delete_comparisons,
    "hours": _fold_hours,
    "pods": _delete_pods,
    "variants": _delete_variants,
    "differences": _delete_differences,
}
"""What is forgotten, with what deletes one batch of it and says how many there were."""
