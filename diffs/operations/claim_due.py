"""Claim the looks that are due, so that each is handed to one worker.

Theory. What is due is a row; a message only rings. A claim that nobody takes up, because the
message was lost or the worker died, runs out and is claimed again with another name, so that a
late worker finds its claim gone and does nothing.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from diffs.models import SourceState
from ledger import heartbeat

HANDED_OUT_SECONDS = 30.0
"""How long a claim waits in the queue before it is given to another worker."""

HEARTBEAT = "due"


def claim_due(*, now: datetime, limit: int) -> list[tuple[int, str]]:
    """Claim up to `limit` due sources, the longest waiting first.

    Shapes
        return  (source id, claim) of each; the claim is asked for again at every later step
    """
    with transaction.atomic():
        heartbeat.beat(HEARTBEAT, now=now)
        free = Q(claimed_until=None) | Q(claimed_until__lte=now)
        due = SourceState.objects.filter(free, next_look_at__lte=now).exclude(source__reads="none")
        if connection.vendor == "postgresql":  # two beats must not wait for each other
            due = due.select_for_update(skip_locked=True, of=("self",))
        rows = list(due.order_by("next_look_at")[:limit])
        for row in rows:
            row.claim = secrets.token_hex(16)
            row.claimed_until = now + timedelta(seconds=HANDED_OUT_SECONDS)
        SourceState.objects.bulk_update(rows, ["claim", "claimed_until"])
    return [(row.source_id, row.claim) for row in rows]


def outstanding(*, now: datetime) -> int:
    """Return how many looks are claimed and not yet recorded."""
    return SourceState.objects.filter(claimed_until__gt=now).count()
