"""Forget what nobody needs any more: bodies by their retention, findings after 90 days.

Kept: the latest body of each side, bodies of looks that were not equal (14 days), the first of each
day (90 days), and every whole body that a kept patch stands on. Rollups and spans stay for ever.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from diffs.models import Comparison, DailyBody, Finding, Occurrence, SideState, Snapshot

BODIES_OF_DIFFERENCES = timedelta(days=14)
DAILY_BODIES = timedelta(days=90)
OTHER_BODIES = timedelta(hours=6)
FINDINGS = timedelta(days=90)
PASSING_OCCURRENCES = timedelta(days=2)
"""What never was confirmed can confirm nothing after a day; see diffs.judge."""
BATCH = 2_000


def prune(*, now: datetime) -> dict[str, int]:
    """Delete what has outlived its retention; return the count of rows by kind."""
    return {
        "occurrences": _delete_occurrences(now),
        "bodies": _delete_bodies(now),
        "findings": _delete_findings(now),
    }


def _delete_bodies(now: datetime) -> int:
    """Delete bodies that no side shows, no retention keeps and no patch stands on."""
    DailyBody.objects.filter(day__lt=(now - DAILY_BODIES).date()).delete()
    shown = SideState.objects.filter(snapshot=OuterRef("pk"))
    patches = Snapshot.objects.filter(base=OuterRef("pk"))
    unequal = Comparison.objects.filter(compared_at__gte=now - BODIES_OF_DIFFERENCES)
    old = Snapshot.objects.filter(last_read_at__lt=now - OTHER_BODIES).filter(
        ~Exists(shown),
        ~Exists(DailyBody.objects.filter(snapshot=OuterRef("pk"))),
        ~Exists(patches),
        ~Exists(unequal.filter(legacy=OuterRef("pk"))),
        ~Exists(unequal.filter(shadow=OuterRef("pk"))),
    )
    with transaction.atomic():
        keys = list(old.values_list("pk", flat=True)[:BATCH])
        Snapshot.objects.filter(pk__in=keys).delete()
    return len(keys)


def _delete_occurrences(now: datetime) -> int:
    """Delete occurrences that ended long ago, those that were never confirmed much sooner."""
    ended = Q(resolved_at__lt=now - FINDINGS)
    passed = Q(confirmed_at=None, resolved_at__lt=now - PASSING_OCCURRENCES)
    with transaction.atomic():
        old = Occurrence.objects.filter(ended | passed).values_list("pk", flat=True)
        count, _ = Occurrence.objects.filter(pk__in=list(old[:BATCH])).delete()
    return count


def _delete_findings(now: datetime) -> int:
    """Delete findings not seen within their retention and not held by an occurrence."""
    held = Occurrence.objects.filter(finding=OuterRef("pk"))
    old = Finding.objects.filter(~Exists(held), last_seen_at__lt=now - FINDINGS)
    with transaction.atomic():
        keys = list(old.values_list("pk", flat=True)[:BATCH])
        Finding.objects.filter(pk__in=keys).delete()
    return len(keys)
