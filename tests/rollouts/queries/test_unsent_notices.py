"""Notices that people did not get are said over every page, until they are old."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.clock import database_now
from ledger.models import Outbox
from rollouts.operations.send_notices import DELIVERIES, TOLD
from rollouts.permissions.roles import Role
from rollouts.queries.unsent_notices import KINDS, unsent_counts, unsent_of
from tests.factories import NOW
from tests.rollouts.stage import collector_beats, load, person, signed_in

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

PROBLEM = "Slack answered 404: no_service."


def row(key, *, kind="notice_by_slack", age=300.0, lost=False, problem=PROBLEM, now=NOW):
    """Write one notice that was not sent."""
    Outbox.objects.create(
        dedupe_key=key,
        kind=kind,
        payload={},
        attempts=3,
        created_at=now - timedelta(seconds=age),
        next_at=None if lost else now + timedelta(seconds=9),
        last_problem=problem,
    )


def said():
    return unsent_of(unsent_counts(now=NOW)).sentence


def test_everything_that_ends_in_a_message_is_watched():
    assert set(KINDS) == {*TOLD, *DELIVERIES}


def test_nothing_is_said_where_everything_was_sent():
    row("just now", age=10)
    Outbox.objects.create(dedupe_key="done", kind="notice", payload={}, created_at=NOW, done_at=NOW)

    assert said() == ""


def test_says_how_many_were_given_up_and_how_many_wait_and_why():
    for number in range(3):
        row(f"lost {number}", lost=True, age=30_000)
    row("waits")

    assert said() == f"3 notices could not be sent, 1 notice waiting to be sent. {PROBLEM}"


def test_says_when_no_worker_takes_them_up():
    row("waits", kind="notice", problem="")

    assert said() == "1 notice waiting to be sent. No worker takes them up."


def test_what_was_given_up_days_ago_is_no_longer_said():
    row("old", lost=True, age=3 * 86_400)

    assert said() == ""


def test_duties_of_other_kinds_are_not_meant():
    row("other", kind="fetch_something", lost=True)

    assert said() == ""


def test_every_page_says_it_over_its_content():
    load()
    collector_beats()
    row("lost", lost=True, problem="<b>no</b>", now=database_now())
    client = signed_in(person("vera", Role.VIEWER))

    for path in ("/", "/frame/"):
        page = client.get(path).content.decode()
        assert "Not everybody was told" in page
        assert "1 notice could not be sent. &lt;b&gt;no&lt;/b&gt;" in page
