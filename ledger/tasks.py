"""The tasks of the ledger: sign its head, verify the trail, forget old duties."""

from __future__ import annotations

import structlog
from celery import shared_task

from ledger.anchors import anchor_if_due
from ledger.audit_check import check_on
from ledger.clock import database_now
from ledger.outbox import prune

log = structlog.get_logger("ledger.anchor")


@shared_task(name="ledger.anchor", ignore_result=True)
def anchor() -> None:
    """Say the signed head of the trail in the log, once an hour: it then stands elsewhere too."""
    if line := anchor_if_due(now=database_now()):
        log.info(line)


@shared_task(name="ledger.verify", ignore_result=True)
def verify() -> None:
    """Check the next part of the audit trail."""
    if problem := check_on(now=database_now()).problem:
        log.error("audit_trail_broken", problem=problem)


@shared_task(name="ledger.prune", ignore_result=True)
def prune_outbox() -> None:
    """Forget duties that ended long ago."""
    prune(now=database_now())
