"""Celery rings and does no more: nothing to retry, nothing to keep, a publisher that gives up."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from kombu.exceptions import OperationalError

from config.celery import PUBLISHER_OPTIONS, WORKER_OPTIONS, app
from tests.house.tree import ROOT
from tests.plugins.redis_server import free_port


def test_messages_are_json_without_results():
    assert app.conf.task_ignore_result
    assert app.conf.result_backend is None
    assert app.conf.accept_content == ["json"]
    assert app.conf.worker_prefetch_multiplier == 1


def test_every_tick_expires_and_names_a_task_that_exists():
    app.loader.import_default_modules()

    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"]
        assert entry["options"]["queue"]


def test_publishing_gives_up_within_a_moment_while_redis_is_away():
    publisher = app.connection_for_write(f"redis://127.0.0.1:{free_port()}/0")
    publisher.transport_options = PUBLISHER_OPTIONS
    began = time.monotonic()

    with publisher, pytest.raises(OperationalError):
        app.send_task("diffs.due", connection=publisher, retry=False, ignore_result=True)

    assert time.monotonic() - began < 2


def test_whoever_uses_django_rings_through_our_broker():
    program = (
        "import django; django.setup()\n"
        "from celery import current_app\n"
        "print(current_app.main, current_app.conf.task_publish_retry)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "penumbra False"


def test_a_worker_bounds_every_exchange_with_redis():
    assert WORKER_OPTIONS["socket_timeout"] == WORKER_OPTIONS["socket_connect_timeout"] == 5
    assert PUBLISHER_OPTIONS["socket_timeout"] == PUBLISHER_OPTIONS["socket_connect_timeout"] == 1
