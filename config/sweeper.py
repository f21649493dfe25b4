"""Carry promotions out though nobody rings: a thread of the apply worker, for Redis away.

Theory. The broker only rings. While it is silent the worker's process is alive and so is the
database, and a way back must not wait for a bell: whenever no sweep was rung for a while, this
thread does what the sweep and the worker would do. Should the bell come back meanwhile, leases and
generations keep the two from doing anything twice.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import structlog
from celery.signals import celeryd_after_setup
from django.db import DatabaseError, InterfaceError, connection

from ledger.clock import database_now
from ledger.heartbeat import last_beat
from rollouts.operations.carry_out import carry_out
from rollouts.operations.sweep_promotions import SWEEP, due_promotions, end_what_is_over

QUEUE = "apply"
LOOKED_EVERY_SECONDS = 5.0
SILENT = timedelta(seconds=10)

log = structlog.get_logger(__name__)


def install() -> None:
    """Have every worker of the queue start the thread, before it looks for the broker."""
    celeryd_after_setup.connect(_start, weak=False, dispatch_uid="sweeper")


def sweep_unless_rung() -> int:
    """Carry every due promotion one step on, unless a sweep was rung lately; return how many.

    Each is asked for anew, so that a way back that was ordered meanwhile is the next.
    """
    rung_at = last_beat(SWEEP)
    now = database_now()
    if rung_at is not None and abs(now - rung_at) <= SILENT:
        return 0
    end_what_is_over(now=now)
    carried: list[int] = []
    while due := [one for one in due_promotions(now=database_now(), limit=1) if one not in carried]:
        carry_out(due[0])
        carried += due
    return len(carried)


def _start(instance: Any, **_: object) -> None:  # noqa: ANN401  (Celery has no types)
    """Start the thread in a worker that serves the queue."""
    if QUEUE in instance.app.amqp.queues.consume_from:
        threading.Thread(target=_run, name="sweeper", daemon=True).start()


def _run() -> None:
    pause = threading.Event()
    while not pause.wait(LOOKED_EVERY_SECONDS):
        try:
            if count := sweep_unless_rung():
                log.warning("swept_without_a_bell", promotions=count)
        except (DatabaseError, InterfaceError) as error:
            log.warning("not_swept", error=str(error))
        except Exception:
            log.exception("sweep_broke")
        finally:
            connection.close()
