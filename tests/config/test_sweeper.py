"""While nobody rings, the apply worker's own thread carries promotions out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.sweeper import sweep_unless_rung
from ledger import heartbeat
from ledger.clock import database_now
from rollouts.operations.sweep_promotions import SWEEP
from tests.rollouts.promoting import approved, ready_tier, requested

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.mark.parametrize("silent_seconds", [None, 11])
def test_carries_on_what_is_due_when_no_sweep_was_rung(silent_seconds):
    promotion = approved(requested(ready_tier()))
    if silent_seconds:
        heartbeat.beat(SWEEP, now=database_now() - timedelta(seconds=silent_seconds))

    assert sweep_unless_rung() == 1

    promotion.refresh_from_db()
    assert promotion.state == "verifying"  # its applier is a person: nothing to wait for


def test_leaves_it_to_the_bell_while_it_rings():
    promotion = approved(requested(ready_tier()))
    heartbeat.beat(SWEEP, now=database_now())

    assert sweep_unless_rung() == 0

    promotion.refresh_from_db()
    assert promotion.state == "approved"
