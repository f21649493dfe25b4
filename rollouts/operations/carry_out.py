"""Carry a promotion on as far as it goes now: start it, write it, read it back.

The one place that calls appliers. Every step is a transaction of its own and can be repeated: a
worker that dies anywhere is followed by another that finds the row as it was left.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, connection

from ledger import lease
from ledger.anchors import short_anchor
from ledger.clock import database_now
from rollouts.appliers.order import NotNow, Overtaken, Refused
from rollouts.machine import State
from rollouts.models import Promotion
from rollouts.operations.decide import Busy
from rollouts.operations.guard_write import guard_write
from rollouts.operations.outgrow_world import outgrow_world
from rollouts.operations.read_back import read_back
from rollouts.operations.record_written import (
    fail_promotion,
    put_off,
    record_written,
)
from rollouts.operations.start_promotion import start_promotion
from rollouts.queries.order import order_of
from rollouts.reach import applier_of

LEASE_SECONDS = 30.0
RENEW_SECONDS = 10.0
AGAIN = timedelta(seconds=2)
"""Until somebody who found the resource taken tries again: a way back waits for no whole sweep."""
BROKE = "A worker met an error that nobody foresaw ({}). Its log tells where."

log = structlog.get_logger(__name__)


def carry_out(promotion_id: int, *, writes: bool = True, reads: bool = True) -> None:
    """Take a promotion one step on: written, or read back once more, as far as it is asked to.

    What nobody foresaw ends no worker and holds up no other promotion: this one is tried again
    until its deadline.
    """
    promotion = Promotion.objects.select_related("tier__rollout").get(pk=promotion_id)
    try:
        if promotion.state == State.VERIFYING and reads:
            _read(promotion)
        elif promotion.state in {State.APPROVED, State.APPLYING} and writes:
            _carry(promotion)
    except DatabaseError:
        raise
    except Busy as problem:
        log.warning("busy", promotion=promotion.name, problem=str(problem))
        _try_again_soon(promotion_id)
    except Exception as error:
        log.exception("carrying_out_broke", promotion=promotion.name)
        put_off(promotion_id, problem=BROKE.format(type(error).__name__), now=database_now())


def _read(promotion: Promotion) -> None:
    """Read a promotion back, unless somebody does so already: one reading at a time."""
    held = lease.take(f"reading {promotion.name}", holder=_holder(), seconds=LEASE_SECONDS)
    if held is None:
        return
    try:
        read_back(promotion, now=database_now())
    finally:
        lease.release(held)


def _carry(promotion: Promotion) -> None:
    held = lease.take(resource_of(promotion), holder=_holder(), seconds=LEASE_SECONDS)
    if held is None:
        _try_again_soon(promotion.pk)
        return
    try:
        with kept(held):
            _write(promotion, held, now=database_now())
    finally:
        lease.release(held)


def resource_of(promotion: Promotion) -> str:
    """Return what is written to, as leases name it: one repository, or a tier by hand."""
    rollout = promotion.tier.rollout
    options = rollout.applier.get("options", {})
    where = options.get("remote") or f"{rollout.key}/{promotion.tier.name}"
    return f"{rollout.applier.get('kind', 'manual')} {where}"


def _write(promotion: Promotion, held: lease.Held, *, now: datetime) -> None:
    if not start_promotion(promotion.pk, now=now):
        return
    promotion = Promotion.objects.select_related("tier__rollout").get(pk=promotion.pk)
    applier = applier_of(promotion.tier.rollout)
    order = order_of(promotion, audit_head=short_anchor())
    try:
        receipt = applier.apply(order, guard=lambda: guard_write(promotion.pk, held))
        record_written(promotion.pk, receipt, held=held, now=database_now())
    except Refused as refusal:
        lines = "\n".join(refusal.lines)
        reason = f"{refusal}\n{lines}" if lines else str(refusal)
        fail_promotion(promotion.pk, reason=reason, now=database_now())
    except NotNow as problem:
        put_off(promotion.pk, problem=str(problem), now=database_now())
    except Overtaken as problem:
        _overtaken(promotion, held, problem)


def _overtaken(promotion: Promotion, held: lease.Held, problem: Overtaken) -> None:
    """Give way to whoever came first; what is newer only in the world stops promotions alone."""
    log.warning("overtaken", promotion=promotion.name, problem=str(problem))
    try:
        if outgrow_world(promotion.pk, problem, held=held, now=database_now()):
            return
    except Overtaken:
        return
    reason = f"{problem} Somebody else moved it, or this database is older than the world."
    fail_promotion(promotion.pk, reason=reason, now=database_now())


def _try_again_soon(promotion_id: int) -> None:
    """Bring the next attempt forward; one that is sooner stays."""
    soon = database_now() + AGAIN
    rows = Promotion.objects.filter(pk=promotion_id, next_attempt_at__gt=soon)
    rows.update(next_attempt_at=soon)


@contextmanager
def kept(held: lease.Held) -> Iterator[None]:
    """Renew a lease from beside the work, for as long as the work runs and this process lives."""
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(RENEW_SECONDS):
            try:
                if lease.renew(held) is None:
                    return
            except DatabaseError as error:
                log.warning("lease_not_renewed", resource=held.resource, error=str(error))
            finally:
                connection.close()

    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _holder() -> str:
    return f"{socket.gethostname()} {os.getpid()}"
