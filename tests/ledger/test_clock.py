"""The database's clock, and the signs of life kept by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from ledger.clock import database_now
from ledger.heartbeat import beat, last_beat
from tests.factories import NOW

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def test_is_aware_in_utc_and_the_present():
    now = database_now()

    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=30)


def test_goes_on_inside_a_transaction():
    with transaction.atomic():
        first = database_now()
        while database_now() == first:
            continue

        assert database_now() > first


def test_a_beat_is_remembered_by_its_name():
    beat("due", now=NOW)
    beat("due", now=NOW + timedelta(seconds=5))
    beat("other", now=NOW)

    assert last_beat("due") == NOW + timedelta(seconds=5)
    assert last_beat("never") is None
