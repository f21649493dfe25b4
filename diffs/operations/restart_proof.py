"""Begin a source's proof anew, since what was proven so far says nothing about what is now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F

from diffs.models import PodSighting, SideState, Source, SourceState
from diffs.models.source import Reads
from diffs.outcomes import Side


def restart_proof(
    source_id: int, *, reads: Reads, is_soaking: bool, reason: str, now: datetime
) -> None:
    """Raise the epoch, set clean time to zero, and look again at once.

    Looks under way prove nothing afterwards, and what the last one came to is no word about what
    is now: until the next look nothing is known. The sizes of the tables stay: a table that shrinks
    while the mode changes is as suspect as ever.
    """
    with transaction.atomic():
        SourceState.objects.select_for_update().get(source_id=source_id)
        Source.objects.filter(pk=source_id).update(
            reads=reads, is_soaking=is_soaking, epoch=F("epoch") + 1
        )
        SourceState.objects.filter(source_id=source_id).update(
            next_look_at=now,
            failures=0,
            clean_seconds=0,
            clean_since=None,
            clean_looks=0,
            clean_changes=0,
            clean_kinds={},
            pending_kinds={},
            last_good_at=None,
            lag_since=None,
            unequal_since=None,
            outcome="",
            side="",
            sentence="",
            settled="",
            outcome_since=None,
            last_proof_at=None,
            pause="",
            restart=reason,
        )
        SideState.objects.filter(source_id=source_id).update(unmoved_looks=0)


def forget_sides(source_id: int, sides: Collection[Side]) -> None:
    """Forget what sides said last: at another address is another table."""
    SideState.objects.filter(source_id=source_id, side__in=sides).update(
        etag="",
        last_modified="",
        table_timestamp=None,
        digest="",
        recent_digests=[],
        lines=b"",
        good_routes=None,
        unmoved_looks=0,
        fetch_errors=None,
        quiet={},
        pods={},
    )
    PodSighting.objects.filter(source_id=source_id, side__in=sides).delete()
