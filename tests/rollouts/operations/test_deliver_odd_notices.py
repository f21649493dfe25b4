"""Deliveries that no way takes, and texts and secrets on the way out."""

from __future__ import annotations

import logging

import pytest

from ledger import outbox
from ledger.clock import database_now
from rollouts.operations.deliver_notices import deliver_notices
from rollouts.operations.send_notices import send_notices
from tests.rollouts.notifiers.telling import HOOK, HOSTILE, hostile
from tests.rollouts.operations.syncing import everything
from tests.rollouts.operations.telling import (
    deliveries,
    happen,
    left,
    let_wait,
    set_up,
    told,
    ways,
    work,
)
from tests.servers import answers, misbehaving, refused_port

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

__all__ = ["told"]

OK = answers.answer(b"ok")
LIMITED = answers.answer(b"rate_limited", status=429, headers={"Retry-After": "300"})


def test_a_delivery_that_no_way_takes_is_given_up_and_said_loudly(settings, caplog):
    happen()
    with refused_port() as port:
        set_up(settings, slack_port=port)
        work()
        for _ in range(len(outbox.WAITS_SECONDS)):
            let_wait()
            assert work() == 0
        let_wait()
        assert work() == 0

    assert [row.kind for row in outbox.given_up()] == ["notice_by_slack"]
    assert "notice_given_up" in caplog.text


def test_a_way_that_was_taken_away_is_tried_until_it_is_given_up(settings):
    happen()
    with misbehaving(OK) as server:
        set_up(settings, slack_port=server.port)
        send_notices(now=database_now())
        settings.SLACK_WEBHOOK = ""
        assert deliver_notices("slack") == 0

    (row,) = left("slack")
    assert "No webhook is set up: PENUMBRA_SLACK_WEBHOOK." in row.last_problem


def test_what_a_forged_message_names_is_no_way(told):
    happen()
    send_notices(now=database_now())

    assert [deliver_notices(kind) for kind in ("", "fax", "notice_by_email", "*")] == [0] * 4
    assert told.mails == []


def test_a_failure_of_our_own_is_tried_again_and_its_words_stay_inside(told, monkeypatch):
    def fail(*_args, **_more):
        raise RuntimeError(f"N3verShown {HOOK}")

    happen()
    monkeypatch.setattr("rollouts.notifiers.slack.payload_of", fail)
    work()

    (row,) = left("slack")
    assert row.last_problem == "Penumbra itself failed at it: RuntimeError."


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_goes_through_rows_and_out(told, text):
    happen(notice=hostile(text.replace("\0", "")))  # no database holds a NUL

    assert work() == 2


def test_the_webhooks_address_comes_to_rest_nowhere(settings, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    echo = f"nothing at {HOOK}".encode()
    happen(8)
    behaviours = [
        answers.answer(echo, status=404), answers.answer(echo, status=500), LIMITED,
        answers.redirect(HOOK), answers.raw(echo), answers.raw(),
    ]  # fmt: skip
    with ways(settings, *behaviours, OK):
        for _ in range(12):
            work()
            let_wait()
    with refused_port() as port:
        happen(notice=hostile("later"))
        set_up(settings, slack_port=port)
        work()

    assert len([row for row in deliveries() if row.done_at]) > 8
    assert [row.last_problem for row in deliveries() if row.last_problem]
    out, err = capfd.readouterr()
    found = str(everything()) + caplog.text + out + err
    assert not [part for part in HOOK.split("/") if "Canary" in part or "CANARY" in part
                if part in found]  # fmt: skip
