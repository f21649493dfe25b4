"""Redis, PostgreSQL or a beat that goes away, and messages that nobody should have sent."""

from __future__ import annotations

import json
from datetime import timedelta
from http.client import HTTPConnection

import pytest
from celery import Celery

from tests.journeys.loaded import RESUMED_SECONDS, loaded, log_lines
from tests.plugins.child import Child

INTERVAL = 2
SERVICES = ("web", "look", "beat")
PICKLE = "application/x-python-serialize"
FLEET = ("--clusters", "12", "--hang", "2", "--routes", "30", "60", "--period", "20")


@pytest.fixture(scope="module")
def running():
    deadlines = {"side_deadline_seconds": "2", "look_deadline_seconds": "4"}
    with loaded(*FLEET, interval=INTERVAL, services=SERVICES, **deadlines) as running:
        running.wait_for_looks(kind="good")
        yield running


@pytest.fixture(autouse=True)
def looks_are_taken(running):
    """Every journey begins while looks are taken and ends while they are, none of them doubled."""
    yield
    running.wait_for_looks(kind="good")
    running.assert_nothing_doubled()


def get(running, path):
    """Return the status of a page."""
    connection = HTTPConnection("127.0.0.1", running.deployment.port, timeout=30)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_looks_resume_after_redis_was_killed(running):
    running.redis.kill()
    running.query("SELECT pg_sleep(3)")

    running.redis.start()

    assert running.wait_for_looks(kind="good") < RESUMED_SECONDS


def test_pages_are_served_while_redis_is_away(running):
    running.redis.kill()
    try:
        assert get(running, "/healthz") in {200, 503}
        assert get(running, "/sign-in/") == 200
    finally:
        running.redis.start()


def test_looks_and_pages_resume_after_postgresql_was_restarted(running):
    running.postgres.restart()

    assert running.wait_for_looks(kind="good") < RESUMED_SECONDS
    running.wait_for(lambda: get(running, "/sign-in/") == 200)
    assert [get(running, "/sign-in/") for _ in range(20)] == [200] * 20
    assert get(running, "/healthz") == 200


def test_looks_resume_after_postgresql_was_killed_for_a_while(running):
    running.postgres.kill()
    running.redis.client().ping()  # whatever else happens, workers go on ringing at nobody
    running.postgres.start()

    assert running.wait_for_looks(kind="good") < RESUMED_SECONDS
    assert get(running, "/sign-in/") == 200


@pytest.fixture
def second_beat(running):
    """Run another beat; its process file has another name, as in a container of its own."""
    deployment = running.deployment
    folder = deployment.folder / "second-beat"
    folder.mkdir(exist_ok=True)
    words = [word.replace("beat.pid", "second-beat.pid") for word in deployment.command("beat")]
    second = Child(words, folder=folder, environment=deployment.environment)
    deployment.processes["second-beat"] = second
    second.wait_until(lambda: b"is starting" in second.log.read_bytes())
    yield second
    second.stop()


def test_a_second_beat_makes_no_look_come_sooner(running, second_beat):
    began, before = running.now(), running.looks("good")

    running.wait_for_looks(4, kind="good")

    most = (running.now() - began) / timedelta(seconds=INTERVAL * 0.85) + 2
    gained = {source: looks - before[source] for source, looks in running.looks("good").items()}
    assert max(gained.values()) <= most


def test_looks_go_on_with_the_second_beat_when_the_first_is_killed(running, second_beat):
    running.deployment.processes["beat"].kill()

    assert running.wait_for_looks(2, kind="good") < RESUMED_SECONDS
    assert second_beat.is_running
    running.deployment.start("beat")


WHOLE = {
    "body": "W10=",
    "content-type": "application/json",
    "content-encoding": "utf-8",
    "headers": {"id": "1", "task": "diffs.look", "lang": "py"},
    "properties": {
        "delivery_info": {"exchange": "", "routing_key": "look"},
        "delivery_tag": "1",
        "body_encoding": "base64",
    },
}
NO_MESSAGES = [
    b"\xff\x00 garbage",
    b"garbage",
    b"[1, 2]",
    b"{}",
    json.dumps({**WHOLE, "properties": {}}).encode(),
    json.dumps({**WHOLE, "properties": {"delivery_tag": "1", "delivery_info": []}}).encode(),
    json.dumps({**WHOLE, "body": "a"}).encode(),
    json.dumps({**WHOLE, "headers": {"id": "1", "task": ["a list"]}}).encode(),
    json.dumps({**WHOLE, "headers": None}).encode(),
]
NOT_OURS = [
    json.dumps(WHOLE).encode(),
    json.dumps({**WHOLE, "headers": {"id": "1", "task": "os.system"}}).encode(),
    json.dumps({**WHOLE, "content-type": PICKLE}).encode(),
]


def test_no_broken_message_stops_a_worker(running):
    worker = running.deployment.processes["look"]

    running.redis.client().lpush("look", *NO_MESSAGES, *NOT_OURS)
    running.wait_for_looks(2, kind="good")

    assert worker.is_running
    assert len(log_lines(worker.log, "broken_message")) == len(NO_MESSAGES)


def test_messages_that_are_forged_change_nothing(running):
    hanging = next(iter(running.states("hanging")))
    good = next(iter(running.states("good")))
    before = running.looks()
    sender = Celery(broker=running.redis.url)
    for task, arguments in (
        ("diffs.look", {"source_id": hanging, "claim": ""}),
        ("diffs.look", {"source_id": good, "claim": "0" * 32}),
        ("diffs.look", {"source_id": 999_999, "claim": "0" * 32}),
        ("diffs.look", {"source_id": "1 OR 1=1", "claim": ["a"]}),
        ("diffs.look", {"source_id": hanging, "claim": "x", "force": True}),
        ("diffs.no_such_task", {}),
        ("os.system", {"command": "true"}),
    ):
        for _ in range(3):
            sender.send_task(task, kwargs=arguments, queue="look", retry=False)
    sender.close()

    running.wait_for_looks(2, kind="good")

    backed_off = running.states("hanging")[hanging]
    assert backed_off["looks"] <= before[hanging] + 1
    assert running.deployment.processes["look"].is_running
