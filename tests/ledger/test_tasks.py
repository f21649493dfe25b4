"""The tasks of the ledger say what must leave the database, and what is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from ledger import tasks
from ledger.anchors import anchor, anchor_if_due, find_anchors, public_key
from ledger.clock import database_now
from ledger.models import Outbox
from ledger.outbox import KEPT
from tests.factories import NOW
from tests.ledger.trail import append, edit

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def test_the_head_is_logged_signed():
    append(3)

    with capture_logs() as lines:
        tasks.anchor()

    (line,) = lines
    assert (line["event"], line["log_level"]) == (anchor(), "info")
    (one,) = find_anchors([line["event"]])
    assert one.is_signed_by(public_key())


def test_an_anchor_is_due_once_an_hour_and_after_a_clock_was_set_back():
    moments = [0, 30, 59, 60, 90, 119, 120, 30]

    due = [m for m in moments if anchor_if_due(now=NOW + timedelta(minutes=m))]

    assert due == [0, 60, 120, 30]


def test_a_broken_trail_is_an_error_in_the_log_and_a_whole_one_is_not():
    append(3)
    with capture_logs() as lines:
        tasks.verify()
    assert lines == []
    append(1)
    edit(4, reason="edited")

    with capture_logs() as lines:
        tasks.verify()

    assert [line["log_level"] for line in lines] == ["error"]
    assert "Record 4 was edited" in lines[0]["problem"]


def test_old_duties_are_forgotten():
    long_ago = database_now() - KEPT - timedelta(days=1)
    Outbox.objects.create(
        dedupe_key="k", kind="mail", payload={}, created_at=long_ago, done_at=long_ago
    )

    tasks.prune_outbox()

    assert not Outbox.objects.exists()
