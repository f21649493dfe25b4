"""Ring for a worker once a change is committed. A lost bell costs a moment: the sweep covers it.

A bell does not expire: a way back that had to wait for a worker must not wait for the next bell.
"""

from __future__ import annotations

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

CARRY_OUT = "rollouts.carry_out"

log = structlog.get_logger(__name__)


def ring_worker(promotion_id: int) -> None:
    """Ask for a worker to carry a promotion on, after the transaction at hand is committed."""

    def ring() -> None:
        try:
            current_app.send_task(
                CARRY_OUT,
                kwargs={"promotion_id": promotion_id},
                queue="apply",
                retry=False,
                ignore_result=True,
            )
        except OperationalError:
            log.warning("broker_is_away", promotion=promotion_id)

    transaction.on_commit(ring, robust=True)
