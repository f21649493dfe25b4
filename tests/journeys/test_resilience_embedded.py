"""Web, workers and beat in one process on SQLite: all of it ends at once, and nothing is locked."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.journeys.loaded import LOOPBACK
from tests.plugins.child import Child
from tests.plugins.redis_server import free_port
from tests.waiting import wait_until

SERVE = """
import os, django
django.setup()
from config.run import serve
serve("127.0.0.1", int(os.environ["PORT"]))
"""
IN_FLIGHT = 16
HAMMERED_SECONDS = 20.0
ENDED_SECONDS = 2.5
"""Less than gunicorn gives before it kills; the looks under way would take twenty."""


class Embedded:
    """One embedded Penumbra with a fleet of its own."""

    def __init__(self, folder, *fleet, interval):
        self.folder, self.port = folder, free_port()
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("PENUMBRA_", "DATABASE"))}
        self.environment = kept | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PENUMBRA_FOLDER": str(folder),
            "PENUMBRA_ALLOWED_ADDRESSES": LOOPBACK,
            "PENUMBRA_BASE_URL": f"http://127.0.0.1:{self.port}",
            "PYTHONPATH": str(ROOT),
            "PORT": str(self.port),
        }
        ready = folder / "ready.json"
        (folder / "fleet").mkdir()
        words = [sys.executable, "-m", "demo.load.serve", "--ready-file", str(ready), *fleet]
        self.fleet = Child(words, folder=folder / "fleet", environment=self.environment)
        self.fleet.wait_until(ready.exists)
        self.run("manage.py", "migrate", "--no-input")
        self.run("-m", "demo.load.fill", "--interval", str(interval), said=ready.read_text())
        words = [sys.executable, "-c", SERVE]
        self.server = Child(words, folder=folder, environment=self.environment, end="INT")
        self.server.wait_until(lambda: self.get("/healthz") is not None)

    def run(self, *words, said=""):
        """Run a program of the project."""
        subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            input=said,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )

    def get(self, path):
        """Return the status of a page; None where nothing answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()
        return answer.status

    def query(self, text):
        """Ask the database from outside."""
        connection = sqlite3.connect(f"file:{self.folder / 'penumbra.sqlite3'}?mode=ro", uri=True)
        try:
            return connection.execute(text).fetchall()
        finally:
            connection.close()

    def wait_for(self, text, *, seconds=45.0):
        """Wait until a query's first number is not 0."""
        wait_until(
            lambda: bool(self.query(text)[0][0]),
            what=lambda: self.server.log.read_text()[-3000:],
            seconds=seconds,
        )

    def stop(self):
        self.server.stop()
        self.fleet.stop()


@pytest.fixture
def hanging(tmp_path):
    """Penumbra with more hanging addresses than looks in flight."""
    embedded = Embedded(tmp_path, "--clusters", "20", "--hang", "20", interval=60)
    yield embedded
    embedded.stop()


@pytest.fixture
def busy(tmp_path):
    """Penumbra with as many looks in flight as there are places, all the time."""
    fleet = ("--clusters", "32", "--hang", "0", "--routes", "50", "150", "--period", "2")
    embedded = Embedded(tmp_path, *fleet, interval=1)
    yield embedded
    embedded.stop()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_looks_that_hang_do_not_keep_the_process_alive(hanging, end):
    hanging.wait_for(
        "SELECT count(*) >= 16 FROM diffs_sourcestate WHERE claim <> ''"
        " AND claimed_until < strftime('%Y-%m-%d %H:%M:%f', 'now', '+21 seconds')"
    )
    children = descendants(hanging.server.process.pid)

    began = time.monotonic()
    hanging.server.signal(end)
    hanging.server.process.wait(30)

    assert time.monotonic() - began < ENDED_SECONDS
    assert children
    assert not [pid for pid in children if is_alive(pid)]


def descendants(pid):
    """Return the processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid):
    """Whether a process runs; one that was killed and not yet buried does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_sixteen_looks_and_many_readers_never_find_the_database_locked(busy):
    statuses = Counter()
    end = time.monotonic() + HAMMERED_SECONDS

    def read():
        while time.monotonic() < end:
            for path in ("/healthz", "/sign-in/", "/"):
                statuses[busy.get(path)] += 1

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    log = busy.server.log.read_text(errors="replace")
    assert "locked" not in log, log[-3000:]
    assert "Traceback" not in log, log[-3000:]
    assert set(statuses) <= {200, 302}, statuses
    (looks,) = busy.query("SELECT sum(looks) FROM diffs_sourcestate")[0]
    (counted,) = busy.query("SELECT sum(looks) FROM diffs_hourrollup")[0]
    assert looks == counted > 32
    print(json.dumps({"looks": looks, "statuses": dict(statuses)}))  # noqa: T201
