"""How many looks wait to be handed out, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from diffs.models import SourceState


@dataclass(frozen=True, slots=True)
class DueLooks:
    """Looks that are due and that no worker has: `since` is when the longest waiting became so."""

    count: int
    since: datetime | None


def due_looks(*, now: datetime) -> DueLooks:
    """Return what waits, in one query."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    due = SourceState.objects.filter(free, next_look_at__lte=now).exclude(source__reads="none")
    found = due.aggregate(count=Count("pk"), since=Min("next_look_at"))
    return DueLooks(found["count"], found["since"])
