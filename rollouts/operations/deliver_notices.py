"""Send what is due on one way to people: one worker at a time, outside every transaction.

Flow: … → audit → notify → *deliver*.

Theory. Each way has a lease of its own, so that one that hangs holds nobody but itself. Who finds
the way closed leaves the lease to run out: until then nobody tries, and no delivery that was not
tried loses an attempt. A delivery is claimed before it is sent and marked after, each at once: only
a worker that dies in between lets it be sent again, under the same Message-ID.
"""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from datetime import datetime
from time import monotonic

import structlog
from django.db.models import Q

from ledger import lease, outbox
from ledger.clock import database_now
from ledger.models import Outbox
from rollouts.notifiers import NOTIFIERS, Notifier, NotSent, notice_of
from rollouts.notifying import notifiers
from rollouts.operations.send_notices import DELIVERIES, delivery_kind

LEASE_SECONDS = 30.0
CLAIM_SECONDS = 30.0
RUN_SECONDS = 8.0
"""A run begins no sending after this; the longest sending takes 15 s more."""

log = structlog.get_logger(__name__)


def due_ways(*, now: datetime) -> list[str]:
    """Return the kinds of notifiers that have something to send now."""
    is_time = Q(next_at__lte=now) | Q(next_at__gt=now + outbox.LONGEST)
    rows = Outbox.objects.filter(is_time, kind__in=DELIVERIES, done_at=None)
    due = set(rows.values_list("kind", flat=True).distinct())
    return [kind for kind in NOTIFIERS if delivery_kind(kind) in due]


def deliver_notices(kind: str) -> int:
    """Send on one way until nothing is due, the way is closed or the run is over; return how many.

    What is no kind of notifier is nothing to do: anybody may ring.
    """
    if kind not in NOTIFIERS:
        return 0
    holder = f"{socket.gethostname()} {os.getpid()}"
    held = lease.take(f"notify {kind}", holder=holder, seconds=LEASE_SECONDS)
    if held is None:
        return 0
    rest = 0.0
    try:
        sent, rest = _deliver_all(kind, notifiers()[kind])
    finally:
        if rest:
            lease.renew(replace(held, seconds=rest))
        else:
            lease.release(held)
    return sent


def _deliver_all(kind: str, way: Notifier) -> tuple[int, float]:
    """Return how many were sent, and how long the way is to be left alone."""
    ends_at, sent = monotonic() + RUN_SECONDS, 0
    while monotonic() < ends_at:
        now = database_now()
        duties = outbox.claim_due(
            now=now, kinds=[delivery_kind(kind)], limit=1, seconds=CLAIM_SECONDS
        )
        if not duties:
            break
        try:
            _send(duties[0], way)
            sent += 1
        except NotSent as problem:
            _put_off(duties[0], problem)
            if problem.rest_seconds:
                return sent, problem.rest_seconds
    return sent, 0.0


def _send(duty: outbox.Duty, way: Notifier) -> None:
    """Send one delivery and write down at once that it was sent."""
    notice, to = duty.payload["notice"], duty.payload["to"]
    if not isinstance(notice, dict):
        raise NotSent("The notice cannot be read.")
    try:
        way.send(notice_of(notice), to=str(to))
    except NotSent:
        raise
    except Exception as error:  # its text may hold anything
        raise NotSent(f"Penumbra itself failed at it: {type(error).__name__}.") from None
    outbox.mark_done(duty, now=database_now())


def _put_off(duty: outbox.Duty, problem: NotSent) -> None:
    """Write down why a delivery failed; what is given up needs a person."""
    is_kept = outbox.mark_failed(duty, problem=str(problem), now=database_now())
    if is_kept:
        log.warning("notice_not_sent", key=duty.dedupe_key, problem=str(problem))
    else:
        log.error("notice_given_up", key=duty.dedupe_key, problem=str(problem))
