"""Publishing while Redis is away, refused at once or silent: whoever publishes gives up soon."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from config.celery import PUBLISHER_OPTIONS, WORKER_OPTIONS
from tests.house.compose import services
from tests.house.tree import ROOT
from tests.plugins.redis_server import RedisServer

PUBLISH = """
import json, time, django
django.setup()
from kombu.exceptions import OperationalError
from config.celery import app
from diffs import tasks
input()
spent = []
for _ in range(2):
    began = time.monotonic()
    try:
        tasks.look.apply_async(kwargs={"source_id": 1, "claim": "x"}, queue="look", retry=False)
        said = "sent"
    except OperationalError as error:
        said = "refused"
    spent.append([said, time.monotonic() - began])
print(json.dumps(spent))
"""
MOST_SECONDS = 2.0
"""A second of waiting for Redis, and one of a busy machine."""


@pytest.fixture(params=["web", "worker"])
def publisher(request):
    """A process that is about to publish: like web and beat, or like a task inside a worker."""
    redis = RedisServer(on_port=True).start()
    environment = {
        **os.environ,
        "PENUMBRA_BROKER_URL": redis.url,
        "PENUMBRA_PROCESS": "worker" if request.param == "worker" else "",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", PUBLISH],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield redis, process
    process.kill()
    process.communicate()
    redis.remove()


def published(process):
    """Let the process publish; return [what came of it, seconds] of both attempts."""
    out, _ = process.communicate("\n", timeout=60)
    return json.loads(out)


def test_publishing_is_refused_at_once_while_redis_is_down(publisher):
    redis, process = publisher
    redis.kill()

    attempts = published(process)

    assert [said for said, _ in attempts] == ["refused", "refused"]
    assert max(seconds for _, seconds in attempts) < MOST_SECONDS, attempts


def test_publishing_gives_up_soon_while_redis_says_nothing(publisher):
    redis, process = publisher
    redis.child.signal(signal.SIGSTOP)

    attempts = published(process)

    redis.child.signal(signal.SIGCONT)
    assert [said for said, _ in attempts] == ["refused", "refused"]
    assert max(seconds for _, seconds in attempts) < MOST_SECONDS, attempts


def test_publishing_works_while_redis_is_there(publisher):
    _, process = publisher

    attempts = published(process)

    assert [said for said, _ in attempts] == ["sent", "sent"]


def test_workers_wait_for_redis_and_publishers_do_not():
    assert "max_retries" not in WORKER_OPTIONS
    assert PUBLISHER_OPTIONS["max_retries"] == 0
    assert PUBLISHER_OPTIONS["socket_timeout"] == 1
    assert WORKER_OPTIONS["visibility_timeout"] == 3600


@pytest.mark.parametrize("name", ["look", "apply", "notify"])
def test_the_deployment_says_which_processes_are_workers(name):
    assert services()[name]["environment"]["PENUMBRA_PROCESS"] == "worker"
    assert "PENUMBRA_PROCESS" not in services()["web"]["environment"]
    assert "PENUMBRA_PROCESS" not in services()["beat"]["environment"]
