"""Forget what nobody needs any more: bodies by their retention, findings after 90 days.

Kept: the latest body of each side, bodies of looks that were not equal (14 days), the first of each
day (90 days), and every whole body that a kept patch stands on. Rollups and spans stay for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from diffs.models import Comparison, DailyBody, Finding, Occurrence, SideState, Snapshot

BODIES_OF_DIFFERENCES = timedelta(days=14)
DAILY_BODIES = timedelta(days=90)
OTHER_BODIES = timedelta(hours=6)
FINDINGS = timedelta(days=90)
PASSING_OCCURRENCES = timedelta(days=2)
"""What never was confirmed can confirm nothing after a day; see diffs.judge."""
BATCH = 500
"""Rows deleted in one transaction: whoever records a look waits for no more of them."""

SECONDS = 20.0
"""How long one round may take; what is left is for the next one."""


def prune(*, now: datetime, seconds: float = SECONDS) -> dict[str, int]:
    """Delete what has outlived its retention, in batches; return the count of rows by kind.

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
}
"""What is forgotten, with what deletes one batch of it and says how many there were."""
