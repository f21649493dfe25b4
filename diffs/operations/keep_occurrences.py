"""Keep which findings are present at a source: first seen, confirmed, resolved.

Part of the look's transaction. Two tables may differ in every route, so rows are found by their
source and sorted here: a list of a hundred thousand digests is no query.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Q, QuerySet

from diffs.judge import Patience, Sighting
from diffs.models import Occurrence

BATCH = 500

NAMING = (
    "WITH named (id, variant) AS (VALUES {}) "
    "UPDATE diffs_occurrence SET variant_id = named.variant FROM named "
    "WHERE diffs_occurrence.id = named.id"
)
"""Another variant for each row: as a CASE of them all it would take ten times as long."""


def past_sightings(source_id: int, *, now: datetime, patience: Patience) -> tuple[Sighting, ...]:
    """Return what a judgement asks for: present occurrences, and recent ones that left."""
    window = now - timedelta(seconds=patience.window_seconds)
    recent = Q(resolved_at=None) | Q(last_seen_at__gte=window)
    rows = Occurrence.objects.filter(recent, source_id=source_id).order_by("first_seen_at")
    columns = rows.values_list(
        "finding_id", "key", "first_seen_at", "last_seen_at", "first_look", "confirmed_at"
    )
    return tuple(
        Sighting(key, digest, first_seen_at, last_seen_at, first_look, confirmed_at is not None)
        for digest, key, first_seen_at, last_seen_at, first_look, confirmed_at in columns
    )


def present_keys(source_id: int) -> set[str]:
    """Return the route ids on which the sides disagreed when they were last compared."""
    rows = Occurrence.objects.filter(source_id=source_id, resolved_at=None)
    return set(rows.values_list("key", flat=True))


def forget_lag(source_id: int, *, since: datetime) -> None:
    """Forget what was seen while one side was late: it caught up, so nothing of it was wrong."""
    seen = Occurrence.objects.filter(source_id=source_id, confirmed_at=None, resolved_at=None)
    seen.filter(first_seen_at__gte=since).delete()


def keep_occurrences(
    source_id: int,
    findings: Mapping[str, str],
    *,
    confirmed: Collection[str],
    now: datetime,
    look: int,
    variants: Mapping[str, int],
) -> int:
    """Bring the occurrences of a source in step with a comparison; return how many are confirmed.

    Shapes
        findings    {finding digest: route id} of the comparison, empty where it was equal
        confirmed   digests that are believed from this look on
        variants    {finding digest: variant id} of those that have one
    """
    present = Occurrence.objects.filter(source_id=source_id, resolved_at=None)
    known = dict(present.values_list("finding_id", "pk"))
    _update([pk for digest, pk in known.items() if digest not in findings], resolved_at=now)
    returned = _returning(source_id, findings.keys() - known.keys(), now)
    _update(returned.values(), resolved_at=None)
    present.update(last_seen_at=now, seen_looks=F("seen_looks") + 1)
    Occurrence.objects.bulk_create(
        (
            Occurrence(
                source_id=source_id,
                finding_id=digest,
                variant_id=variants.get(digest),
                key=key,
                first_seen_at=now,
                first_look=look,
                last_seen_at=now,
            )
            for digest, key in findings.items()
            if digest not in known and digest not in returned
        ),
        batch_size=BATCH,
    )
    _name(present, variants)
    doubted = dict(present.filter(confirmed_at=None).values_list("finding_id", "pk"))
    believed = [pk for digest, pk in doubted.items() if digest in confirmed]
    _update(believed, confirmed_at=now)
    return present.exclude(confirmed_at=None).count()


def _name(present: QuerySet[Occurrence], variants: Mapping[str, int]) -> None:
    """Write the variants of occurrences that have none yet, many in one statement."""
    unnamed = present.filter(variant=None).values_list("finding_id", "pk")
    rows = [(pk, variants[digest]) for digest, pk in unnamed if digest in variants]
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        values = ", ".join(["(%s, %s)"] * len(batch))
        with connection.cursor() as cursor:
            cursor.execute(NAMING.format(values), [each for row in batch for each in row])


def _returning(source_id: int, digests: Collection[str], now: datetime) -> dict[str, int]:
    """Return the occurrences that left and come back within the window, by finding.

    A confirmed one is confirmed still: behind one address only one of many pods may be wrong.
    """
    if not digests:
        return {}
    window = now - timedelta(seconds=Patience().window_seconds)
    left = Occurrence.objects.filter(source_id=source_id, last_seen_at__gte=window).exclude(
        resolved_at=None
    )
    rows = left.order_by("first_seen_at").values_list("finding_id", "pk")
    return {digest: pk for digest, pk in rows if digest in digests}


def _update(keys: Iterable[int], **columns: datetime | None) -> None:
    """Write the same columns into many rows."""
    listed = list(keys)
    for start in range(0, len(listed), BATCH):
        rows = Occurrence.objects.filter(pk__in=listed[start : start + BATCH])
        rows.update(**columns)
