"""The tasks of rollouts: each reads the clock and calls one operation."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.db import close_old_connections
from kombu.exceptions import OperationalError

from ledger.clock import database_now
from rollouts.operations import observe_modes as operation

log = structlog.get_logger(__name__)


@shared_task(name="rollouts.observe_modes", ignore_result=True)
def observe_modes() -> None:
    """Hand out the targets whose mode is due to be read."""
    for target_id in operation.claim_observations(now=database_now()):
        try:
            observe_mode.apply_async(
                kwargs={"target_id": target_id}, queue="apply", expires=30, retry=False
            )
        except OperationalError:
            log.warning("broker_is_away", target=target_id)
            return


@shared_task(name="rollouts.observe_mode", ignore_result=True)
def observe_mode(*, target_id: int) -> None:
    """Read one target's mode."""
    close_old_connections()
    operation.observe_mode(target_id)
