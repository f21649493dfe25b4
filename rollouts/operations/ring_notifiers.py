"""Ring for notices to be sent once a change is committed. A lost bell costs two seconds."""

from __future__ import annotations

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

SEND = "rollouts.send_notices"

log = structlog.get_logger(__name__)


def ring_notifiers() -> None:
    """Ask for a worker to send notices, after the transaction at hand is committed."""

    def ring() -> None:
        try:
            current_app.send_task(SEND, queue="notify", expires=30, retry=False, ignore_result=True)
        except OperationalError:
            log.warning("broker_is_away", task=SEND)

    transaction.on_commit(ring, robust=True)
