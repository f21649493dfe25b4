"""Keep which findings are present at a source: first seen, confirmed, resolved.

Part of the look's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db.models import F, Q

from diffs.judge import Patience, Sighting
from diffs.models import Occurrence


def past_sightings(source_id: int, *, now: datetime, patience: Patience) -> tuple[Sighting, ...]:
    """Return what a judgement asks for: present occurrences, and recent ones that left."""
    window = now - timedelta(seconds=patience.window_seconds)
    recent = Q(resolved_at=None) | Q(
        confirmed_at=None,
        first_seen_at__gte=window,
    )
    rows = Occurrence.objects.filter(recent, source_id=source_id).order_by("first_seen_at")
    newest = rows.values_list(
        "finding_id", "key", "first_seen_at", "first_look", "confirmed_at", "resolved_at"
    )
    return tuple(
        Sighting(key, digest, first_seen_at, first_look, bool(confirmed_at and not resolved_at))
        for digest, key, first_seen_at, first_look, confirmed_at, resolved_at in newest
    )


def keep_occurrences(
    source_id: int,
    findings: Mapping[str, str],
    *,
    confirmed: Collection[str],
    now: datetime,
    look: int,
) -> int:
    """Bring the occurrences of a source in step with a comparison; return how many are confirmed.

    Shapes
        findings    {finding digest: route id} of the comparison, empty where it was equal
        confirmed   digests that are believed from this look on
    """
    present = Occurrence.objects.filter(source_id=source_id, resolved_at=None)
    gone = present.exclude(finding_id__in=findings)
    gone.update(resolved_at=now)
    known = set(present.values_list("finding_id", flat=True))
    present.filter(finding_id__in=known).update(last_seen_at=now, seen_looks=F("seen_looks") + 1)
    _return_of(source_id, set(findings) - known, now)
    known = set(present.values_list("finding_id", flat=True))
    Occurrence.objects.bulk_create(
        (
            Occurrence(
                source_id=source_id,
                finding_id=digest,
                key=key,
                first_seen_at=now,
                first_look=look,
                last_seen_at=now,
            )
            for digest, key in findings.items()
            if digest not in known
        ),
        batch_size=500,
    )
    present.filter(finding_id__in=confirmed, confirmed_at=None).update(confirmed_at=now)
    return present.exclude(confirmed_at=None).count()


def _return_of(source_id: int, digests: set[str], now: datetime) -> None:
    """Take up again the unconfirmed occurrences that left and came back within the window."""
    window = now - timedelta(seconds=Patience().window_seconds)
    left = Occurrence.objects.filter(
        source_id=source_id,
        finding_id__in=digests,
        confirmed_at=None,
        first_seen_at__gte=window,
    ).exclude(resolved_at=None)
    newest = {row.finding_id: row.pk for row in left.order_by("first_seen_at")}
    Occurrence.objects.filter(pk__in=newest.values()).update(
        resolved_at=None, last_seen_at=now, seen_looks=F("seen_looks") + 1
    )
