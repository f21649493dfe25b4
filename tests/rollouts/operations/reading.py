"""A promotion brought to where it is written, and what its members then tell."""

from __future__ import annotations

from ledger import lease
from ledger.clock import database_now
from rollouts.appliers.order import Receipt
from rollouts.operations.record_readings import EQUAL_READINGS, Heard, record_readings
from rollouts.operations.record_written import record_written
from rollouts.operations.start_promotion import start_promotion


def written(promotion):
    """Carry a promotion to where the change is out in the world."""
    assert start_promotion(promotion.pk, now=database_now())
    held = lease.take(f"test {promotion.pk}", holder="test", seconds=30)
    record_written(promotion.pk, Receipt("c0ffee", False), held=held, now=database_now())
    promotion.refresh_from_db()
    return promotion


def heard(promotion, mode, times=EQUAL_READINGS):
    """Let every member tell a mode so many times."""
    for _ in range(times):
        told = {step.target_id: Heard((mode,), mode) for step in promotion.steps.all()}
        record_readings(promotion.pk, told, now=database_now())
    promotion.refresh_from_db()
    return promotion
