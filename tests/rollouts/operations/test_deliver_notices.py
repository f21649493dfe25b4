"""Deliveries: once each, again where a way was closed, and no way waits for another."""

from __future__ import annotations

import pytest

from ledger import lease, outbox
from ledger.clock import database_now
from ledger.models import Lease, Outbox
from rollouts.operations.deliver_notices import deliver_notices, due_ways
from rollouts.operations.send_notices import send_notices
from tests.rollouts.operations.telling import (
    TEAM,
    deliveries,
    happen,
    left,
    let_wait,
    set_up,
    told,
    ways,
    work,
)
from tests.servers import answers, mailbox, refused_port

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

__all__ = ["told"]

OK = answers.answer(b"ok")
LIMITED = answers.answer(b"rate_limited", status=429, headers={"Retry-After": "300"})


def test_each_way_and_address_gets_each_notice_once(told):
    happen(3)

    assert [work(), work(), work()] == [6, 0, 0]

    assert [to for to, _ in told.mails] == [TEAM] * 3
    assert len(told.posts) == 3
    assert not [row for row in deliveries() if row.done_at is None]


def test_a_way_that_is_down_gets_it_once_it_is_back_and_the_other_not_twice(settings):
    happen()
    with refused_port() as port, mailbox() as box:
        set_up(settings, mail_port=box.port, slack_port=port)
        assert work() == 1
    (waiting,) = left("slack")
    assert "refused the connection" in waiting.last_problem

    with ways(settings) as later:
        assert work() == 0  # it is left alone
        let_wait()
        assert work() == 1
        let_wait()
        assert work() == 0

    assert len(box.letters) == 1
    assert (len(later.posts), later.mails) == (1, [])


def test_mail_that_was_refused_for_a_while_arrives_once(told):
    told.box.refusals["RCPT"] = ["451 greylisted"]
    happen()

    assert work() == 1
    let_wait()
    assert work() == 1

    assert len(told.mails) == len(told.posts) == 1


def test_one_recipient_who_is_refused_keeps_no_other_waiting(told):
    told.box.refusals["RCPT"] = ["550 no such user"]
    happen(3)

    work()

    assert len(told.mails) == 2
    assert len(left("email")) == 1


def test_a_webhook_that_asks_for_time_is_left_alone_for_it(settings):
    happen(5)
    with ways(settings, OK, LIMITED, OK) as found:
        work()
        assert len(found.posts) == 2

        for row in left("slack"):
            Outbox.objects.filter(pk=row.pk).update(next_at=database_now())
        assert work() == 0
        held = Lease.objects.get(resource="notify slack")
        assert 250 < (held.expires_at - database_now()).total_seconds() <= 300
        assert sum(row.attempts for row in left("slack")) == 1

        let_wait()
        assert work() == 4
        assert len(found.posts) == 6


def test_fifty_deliveries_to_a_webhook_that_hangs_hold_up_no_mail(settings, monkeypatch):
    monkeypatch.setattr("rollouts.notifiers.slack.POST_SECONDS", 0.4)
    happen(50)

    def hang(talk):
        talk.pause(30)

    with ways(settings, hang) as found:
        send_notices(now=database_now())
        assert due_ways(now=database_now()) == ["email", "slack"]
        assert deliver_notices("slack") == 0
        assert deliver_notices("email") == 50

        assert len(found.mails) == 50
        assert len(found.posts) == 1  # one try told that the way is closed
        assert deliver_notices("slack") == 0
        assert len(found.posts) == 1
    assert sum(row.attempts for row in left("slack")) == 1


def test_two_workers_on_one_way_do_not_meet(told):
    happen(2)
    send_notices(now=database_now())
    held = lease.take("notify email", holder="the other", seconds=30)

    assert deliver_notices("email") == 0
    assert deliver_notices("slack") == 2

    lease.release(held)
    assert deliver_notices("email") == 2


def test_a_worker_that_died_is_followed_by_another(told):
    happen()
    send_notices(now=database_now())
    outbox.claim_due(now=database_now(), kinds=["notice_by_email"], seconds=30)
    lease.take("notify email", holder="dead", seconds=30)
    assert work() == 1  # Slack

    let_wait()

    assert work() == 1
    assert len(told.mails) == 1


def test_a_worker_that_dies_after_sending_lets_the_same_message_come_again(told, monkeypatch):
    happen()
    send_notices(now=database_now())
    monkeypatch.setattr("ledger.outbox.mark_done", _die)
    with pytest.raises(MemoryError):
        deliver_notices("email")
    monkeypatch.undo()

    let_wait()
    deliver_notices("email")

    first, second = told.box.messages
    assert first["Message-ID"] == second["Message-ID"]


def _die(*_args, **_more):
    raise MemoryError
