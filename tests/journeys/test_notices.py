"""Notices of the reference deployment: real processes, a real mail server, a real webhook.

What happened is written as a row, as the change that it tells would write it.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from http.client import HTTPConnection

import pytest

from tests.journeys.loaded import LOOPBACK, loaded
from tests.rollouts.notifiers.telling import HOOK, NOTICE
from tests.servers import answers, mailbox, misbehaving

TEAM = "team@example.org"
OK = answers.answer(b"ok")
WRITE = """INSERT INTO ledger_outbox (dedupe_key, kind, payload, attempts, next_at, created_at,
  last_problem) VALUES (%s, 'notice', %s, 0, clock_timestamp(), clock_timestamp(), '')"""
LEFT = "SELECT count(*) FROM ledger_outbox WHERE kind LIKE 'notice%%' AND done_at IS NULL"
SERVICES = ("web", "look", "notify", "beat")


class Told:
    """The deployment and what people got."""

    def __init__(self, running, box, slack):
        self.running, self.box, self.slack = running, box, slack

    def happen(self, *names):
        """Let things happen that are told."""
        with self.running.postgres.connect("loaded") as connection:
            for name in names:
                notice = replace(NOTICE, key=name, thread=name, title=name)
                connection.execute(WRITE, (name, json.dumps({"notice": notice.as_json()})))

    def mailed(self, title):
        """Return how often the team got mail with this title."""
        return [str(one["Subject"]).strip() for one in self.box.to(TEAM)].count(title)

    def posted(self, title):
        """Return how often the webhook was posted this title."""
        payloads = [json.loads(asked.body) for asked in self.slack.asked]
        return [payload["blocks"][0]["text"]["text"] for payload in payloads].count(title)

    def wait_until_all_is_sent(self):
        return self.running.wait_for(lambda: self.running.query(LEFT) == [(0,)])


@pytest.fixture(scope="module")
def told():
    with ExitStack() as stack:
        box = stack.enter_context(mailbox())
        slack = stack.enter_context(misbehaving(OK))
        settings = {
            "mail_host": f"127.0.0.1:{box.port}",
            "mail_tls": "none",
            "mail_from": "penumbra@example.org",
            "mail_to": TEAM,
            "slack_webhook": f"http://127.0.0.1:{slack.port}{HOOK}",
            "allowed_addresses": LOOPBACK,
        }
        fleet = ("--clusters", "2", "--hang", "0", "--routes", "30", "60", "--period", "20")
        running = stack.enter_context(loaded(*fleet, interval=2, services=SERVICES, **settings))
        running.wait_for_looks(kind="good")
        yield Told(running, box, slack)


def once(told, *names):
    """Whether each was told once by mail and once in Slack."""
    return [(told.mailed(name), told.posted(name)) for name in names] == [(1, 1)] * len(names)


def test_what_happens_is_told_once_on_each_way(told):
    names = [f"thing {number}" for number in range(10)]
    told.happen(*names)

    told.wait_until_all_is_sent()

    assert once(told, *names)


def test_what_happens_while_redis_is_away_is_told_once_when_it_is_back(told):
    told.running.redis.kill()
    try:
        told.happen("unheard")
        told.running.query("SELECT pg_sleep(3)")
        assert told.mailed("unheard") == 0
    finally:
        told.running.redis.start()

    told.wait_until_all_is_sent()

    assert once(told, "unheard")


def test_a_restart_tells_nothing_again(told):
    told.happen("before")
    told.wait_until_all_is_sent()
    for name in ("notify", "beat"):
        told.running.deployment.processes[name].kill()

    told.running.deployment.start("notify", "beat")
    told.happen("after")
    told.wait_until_all_is_sent()

    assert once(told, "before", "after")


def test_a_webhook_that_hangs_holds_up_no_mail(told):
    names = [f"while it hangs {number}" for number in range(50)]
    told.slack.answer_with(lambda talk: talk.pause(600))
    try:
        told.happen(*names)
        told.running.wait_for(lambda: all(told.mailed(name) for name in names))
        assert told.running.query(LEFT) == [(50,)]
    finally:
        told.slack.answer_with(OK)

    told.wait_until_all_is_sent()
    assert {told.mailed(name) for name in names} == {1}


def test_whoever_serves_pages_tells_of_a_dead_collector_even_without_beat(told):
    processes = told.running.deployment.processes
    for name in ("look", "beat"):
        processes[name].kill()

    def is_told():
        connection = HTTPConnection("127.0.0.1", told.running.deployment.port, timeout=30)
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        connection.close()
        return bool(told.mailed("Nobody looks: no worker hands out looks"))

    told.running.wait_for(is_told, seconds=75)
    told.running.deployment.start("look", "beat")
    told.running.wait_for(lambda: bool(told.mailed("Somebody looks again")), seconds=75)
    told.wait_until_all_is_sent()

    assert once(told, "Nobody looks: no worker hands out looks", "Somebody looks again")


def test_nothing_that_was_printed_tells_where_the_webhook_is(told):
    printed = "".join(
        told.running.deployment.log(name) for name in told.running.deployment.processes
    )

    assert "notice_not_sent" in printed
    assert not [part for part in HOOK.split("/") if "ANARY" in part.upper() and part in printed]
