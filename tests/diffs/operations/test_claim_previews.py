"""Previews are handed out and worked on as a worker is called."""

from __future__ import annotations

import pytest
from kombu.exceptions import OperationalError

from config.celery import app
from diffs import tasks
from diffs.models import RulePreview
from ledger.clock import database_now
from tests.diffs.operations.recorded import drafted, record, source_at

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def preview():
    record(source_at("kube-1"), "kube_a__1")
    rule = drafted()
    now = database_now()
    return RulePreview.objects.create(rule=rule, started_by=rule.author, started_at=now)


def test_a_preview_is_handed_out_once_and_worked_on(preview, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.preview, "apply_async", lambda **options: sent.append(options))

    tasks.previews(), tasks.previews()
    (message,) = sent
    tasks.preview(**message["kwargs"])

    preview.refresh_from_db()
    assert (message["queue"], message["retry"]) == ("look", False)
    assert (preview.state, preview.result["routes"]) == ("done", 1)


def test_while_the_broker_is_away_the_claim_runs_out_and_nothing_is_raised(preview, monkeypatch):
    def away(**_):
        raise OperationalError

    monkeypatch.setattr(tasks.preview, "apply_async", away)

    tasks.previews()

    preview.refresh_from_db()
    assert preview.state == "queued"


def test_beat_asks_for_both():
    asked = {one["task"] for one in app.conf.beat_schedule.values()}

    assert {"diffs.previews", "diffs.rules"} <= asked


def test_the_task_of_rules_has_nothing_to_do_without_any():
    tasks.rules()
