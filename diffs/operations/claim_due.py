"""Claim the looks that are due, so that each is handed to one worker.

Theory. What is due is a row; a message only rings. A claim that nobody takes up, because the
message was lost or the worker died, runs out and is claimed again with another name, so that a
late worker finds its claim gone and does nothing.

A look at an address that hangs holds its place for as long as a look may take, forty seconds where
a good one needs one. Sources that failed last time therefore share a part of all places: however
many of them are due, most places stay free for the others.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from diffs.models import SourceState
from ledger import heartbeat

HANDED_OUT_SECONDS = 30.0
"""How long a claim waits in the queue before it is given to another worker."""

FAILING_SHARE = 0.25
"""Share of the places that sources may hold whose last look failed."""

HEARTBEAT = "due"

AHEAD = timedelta(seconds=5)
"""How far ahead of now a look may have been recorded: processes ask the clock one by one."""

LONGEST = timedelta(minutes=10)
"""No claim is held for longer."""


def claim_due(*, now: datetime, places: int) -> list[tuple[int, str]]:
    """Claim due sources until `places` looks are handed out, the longest waiting first.

    Shapes
        places  looks handed out and not yet recorded, over all workers, at most
        return  (source id, claim) of each; the claim is asked for again at every later step
    """
    with transaction.atomic():
        # The heartbeat's row is locked: of two claims at once, the second counts the first's.
        heartbeat.beat(HEARTBEAT, now=now)
        held = _held(now)
        for_failing = max(1, int(places * FAILING_SHARE)) - held["failing"]
        due = _due(now)
        rows = [
            *due.filter(failures=0)[: max(0, places - held["all"])],
            *due.filter(failures__gt=0)[: max(0, for_failing)],
        ]
        rows = sorted(rows, key=lambda row: row.next_look_at)[: max(0, places - held["all"])]
        for row in rows:
            row.claim = secrets.token_hex(16)
            row.claimed_until = now + timedelta(seconds=HANDED_OUT_SECONDS)
        SourceState.objects.bulk_update(rows, ["claim", "claimed_until"])
    return [(row.source_id, row.claim) for row in rows]


def release_claims(claims: Collection[str]) -> None:
    """Give back claims whose message could not be sent: the next tick hands them out again."""
    SourceState.objects.filter(claim__in=claims).update(claim="", claimed_until=None)


def _due(now: datetime) -> QuerySet[SourceState]:
    """Return the rows that are due and free, the longest waiting first."""
    # Where the database's clock was set back, what lies ahead of it is no reason to wait.
    free = Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_until__gt=now + LONGEST)
    is_time = Q(next_look_at__lte=now) | Q(last_look_at__gt=now + AHEAD)
    due = SourceState.objects.filter(free, is_time).exclude(source__reads="none")
    if connection.vendor == "postgresql":  # a row that is being recorded is not waited for
        due = due.select_for_update(skip_locked=True, of=("self",))
    return due.order_by("next_look_at")


def _held(now: datetime) -> dict[str, int]:
    """Return how many looks are handed out and not yet recorded: in all, and of failing sources."""
    taken = SourceState.objects.filter(claimed_until__gt=now)
    return taken.aggregate(all=Count("pk"), failing=Count("pk", filter=Q(failures__gt=0)))
