"""Duties that follow from a change: written with it, carried out after it, at least once each.

Theory. The row is the duty; a message only rings. Whoever claims a row moves its `next_at` ahead by
the time it may take: should the worker die, the row is due again then. The number of the attempt
names the claim, so that a worker that comes back late cannot put off what another has taken since.
What is done twice must be harmless: a duty is done at least once.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from ledger.models import Outbox
from ledger.transactions import demand_transaction

VISIBLE_SECONDS = 120
"""How long whoever claimed a duty has for it, unless it says otherwise."""

WAITS_SECONDS = (10, 30, 120, 600, 1800, 3600, 3600, 3600, 3600, 3600, 3600)
"""How long after each failure a duty waits; after one failure more it is given up."""

JITTER = 0.2
"""Share by which a wait is made longer or shorter, so that what failed together parts."""

KEPT = timedelta(days=90)
"""How long what is done or given up stays to be seen, and its key taken."""

LONGEST = timedelta(hours=2)
"""No duty waits longer; what does was put there by a clock that was set back since."""

_dice = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Duty:
    """One claimed duty; `attempt` counts from 1 and names the claim."""

    dedupe_key: str
    kind: str
    payload: dict[str, object]
    attempt: int


def enqueue(kind: str, *, dedupe_key: str, payload: dict[str, object], now: datetime) -> None:
    """Write down a duty beside the change that asks for it; the same key twice is one duty.

    Shapes
        kind            what to do, snake_case: "promotion_approved"
        dedupe_key      names this one duty for ever: "promotion_approved P-42 email"
        payload         a JSON object: what the row alone must tell its worker

    Errors
        OutsideTransaction      called without an open transaction
    """
    demand_transaction(f"outbox row {dedupe_key}")
    row = Outbox(dedupe_key=dedupe_key, kind=kind, payload=payload, next_at=now, created_at=now)
    Outbox.objects.bulk_create([row], ignore_conflicts=True)


def claim_due(
    *,
    now: datetime,
    kinds: Collection[str] = (),
    limit: int = 20,
    seconds: float = VISIBLE_SECONDS,
) -> list[Duty]:
    """Claim duties that are due, the longest waiting first; each goes to one worker only.

    A duty whose last allowed worker never came back is given up here.

    Units
        seconds     until a claimed duty that was neither done nor failed is due again
    """
    with transaction.atomic():
        rows = list(_due(now, kinds)[:limit])
        for row in rows:
            _take(row, now + timedelta(seconds=seconds))
        Outbox.objects.bulk_update(rows, ["attempts", "next_at", "last_problem"])
    return [
        Duty(row.dedupe_key, row.kind, row.payload, row.attempts) for row in rows if row.next_at
    ]


def mark_done(duty: Duty, *, now: datetime) -> None:
    """Write down that a duty was carried out; it counts whoever has claimed it since."""
    Outbox.objects.filter(dedupe_key=duty.dedupe_key, done_at=None).update(
        done_at=now, next_at=None
    )


def mark_failed(duty: Duty, *, problem: str, now: datetime) -> bool:
    """Write down why a duty failed, and when it is tried again; False when it was given up.

    Nothing happens where another worker has claimed it since, or it is done.
    """
    next_at = _next_try(duty.attempt, now)
    mine = Outbox.objects.filter(
        dedupe_key=duty.dedupe_key, attempts=duty.attempt, done_at=None, next_at__isnull=False
    )
    mine.update(next_at=next_at, last_problem=problem.replace("\0", "�")[:2000])
    return next_at is not None


def given_up() -> QuerySet[Outbox]:
    """Return the duties that will not be tried again, the latest first: a person has to look."""
    return Outbox.objects.filter(done_at=None, next_at=None).order_by("-created_at")


def waiting() -> QuerySet[Outbox]:
    """Return the duties that are neither done nor given up, the longest waiting first."""
    return Outbox.objects.filter(done_at=None, next_at__isnull=False).order_by("created_at")


def prune(*, now: datetime, limit: int = 2_000) -> int:
    """Delete what was done or given up long ago; return the count of rows."""
    ended = Q(done_at__lt=now - KEPT) | Q(done_at=None, next_at=None, created_at__lt=now - KEPT)
    with transaction.atomic():
        keys = list(Outbox.objects.filter(ended).values_list("pk", flat=True)[:limit])
        Outbox.objects.filter(pk__in=keys).delete()
    return len(keys)


def _due(now: datetime, kinds: Collection[str]) -> QuerySet[Outbox]:
    """Return the rows that are due, locked where the database can."""
    is_time = Q(next_at__lte=now) | Q(next_at__gt=now + LONGEST)
    due = Outbox.objects.filter(is_time, done_at=None).order_by("next_at")
    if kinds:
        due = due.filter(kind__in=kinds)
    if connection.vendor == "postgresql":  # SQLite has one writer at a time anyway
        due = due.select_for_update(skip_locked=True)
    return due


def _take(row: Outbox, until: datetime) -> None:
    """Give a row to the caller, or up, where nobody who took it ever came back."""
    if row.attempts > len(WAITS_SECONDS):
        row.next_at = None
        row.last_problem = row.last_problem or "Every worker that took it ended before it was done."
        return
    row.attempts += 1
    row.next_at = until


def _next_try(attempt: int, now: datetime) -> datetime | None:
    """Return when a duty that failed at this attempt is tried again; None: never."""
    if attempt > len(WAITS_SECONDS):
        return None
    wait = WAITS_SECONDS[attempt - 1] * _dice.uniform(1 - JITTER, 1 + JITTER)
    return now + timedelta(seconds=wait)
