"""What one request or one task did can be found by one id: in the trail, the logs, the answer."""

from __future__ import annotations

import pytest
import structlog
from django.db import transaction
from django.http import HttpResponse

from config.celery import app
from ledger import request_id
from ledger.audit import link, record
from ledger.models import AuditRecord
from ledger.request_id import RequestIdMiddleware, known_as
from tests.factories import NOW


def append():
    with transaction.atomic():
        return record("looked", subject="target t", actor="penumbra", at=NOW)


@pytest.mark.django_db
def test_a_record_bears_the_id_of_its_request_under_its_hash():
    with known_as("abc"):
        append()

    entry = AuditRecord.objects.get()
    assert entry.request_id == "abc"
    assert entry.hash == link(entry)


@pytest.mark.django_db
def test_outside_of_requests_and_tasks_a_record_bears_none():
    with known_as("abc"):
        pass

    assert append().request_id == ""


def test_log_lines_bear_it_only_while_the_request_lasts():
    with known_as("abc"):
        assert structlog.contextvars.get_contextvars() == {"request_id": "abc"}

    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.django_db
def test_every_answer_names_its_own_request(client):
    ids = [client.get(path)[request_id.HEADER] for path in ("/healthz", "/", "/no-such-page/")]

    assert len(set(ids)) == 3
    assert all(len(one) == 24 for one in ids)


def test_a_view_sees_the_id_that_its_answer_bears_and_not_the_one_a_client_sent(rf):
    seen = []

    def view(_request):
        seen.append(request_id.present())
        return HttpResponse()

    response = RequestIdMiddleware(view)(rf.get("/", headers={"X-Request-Id": "forged"}))

    assert seen == [response[request_id.HEADER]]
    assert seen != ["forged"]


def test_a_task_bears_its_own_id():
    seen = []

    @app.task(name="tests.seen")
    def task():
        seen.append(request_id.present())

    task.apply(task_id="one")
    task.apply(task_id="two")

    assert seen == ["task-one", "task-two"]
    assert request_id.present() == ""
    app.tasks.unregister("tests.seen")


def test_a_task_called_as_a_function_belongs_to_its_caller():
    seen = []

    @app.task(name="tests.called")
    def task():
        seen.append(request_id.present())

    with known_as("abc"):
        task()

    assert seen == ["abc"]
    app.tasks.unregister("tests.called")
