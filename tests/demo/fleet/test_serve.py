"""The fleet as a process: it says where it listens, and it ends with whoever started it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from demo.gallery import EVERY_CLUSTER
from demo.story import Part
from demo.zones import ZONES
from tests.waiting import wait_until

ROOT = Path(__file__).parents[3]
PODS = ("pod-1", "pod-2", "pod-3")
(STUCK,) = [cluster.alias for cluster in EVERY_CLUSTER if cluster.part is Part.STUCK]
ZONE = ("zone-legacy", "zone-shadow", "zone-mode")
COMMAND = (sys.executable, "-m", "demo.fleet.serve")


@contextmanager
def started(*options, stdin=subprocess.PIPE):
    """Start the fleet and hand it out; it is gone at the end whatever the test did."""
    command = [*COMMAND, *options]
    with subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def read(address):
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  # loopback
        return answer.read()


def test_prints_one_line_of_addresses_that_all_answer():
    with started() as process:
        addresses = json.loads(process.stdout.readline())

        assert [*addresses] == [cluster.alias for cluster in EVERY_CLUSTER]
        assert [alias for alias in addresses if {*PODS} <= {*addresses[alias]}] == [STUCK]
        zoned = [alias for alias in addresses if {*ZONE} <= {*addresses[alias]}]
        assert zoned == [zone.alias for zone in ZONES]
        for alias, sides in addresses.items():
            assert {*sides} - {*PODS, *ZONE} == {"legacy", "shadow", "metrics", "mode"}
            assert all(one.startswith("http://127.0.0.1:") for one in sides.values())
            assert json.loads(read(sides["mode"])) == {"skipper_routesrv_enabled": "pre"}
            assert read(f"{sides['legacy']}?limit=1").endswith(b";"), alias
            assert b"fetch_errors" in read(sides["metrics"])


def test_writes_the_addresses_whole_to_the_ready_file(tmp_path):
    ready = tmp_path / "ready.json"
    with started("--ready-file", str(ready)) as process:
        wait_until(lambda: ready.exists() or process.poll() is not None)
        addresses = json.loads(ready.read_text())

        assert len(addresses) == len(EVERY_CLUSTER)
        assert read(f"{addresses['kube-play-1']['legacy']}?limit=1")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_on_a_signal(number):
    with started() as process:
        process.stdout.readline()

        process.send_signal(number)

        assert process.wait(20) == 0


def test_ends_when_its_parent_is_gone():
    with started() as process:
        process.stdout.readline()

        process.stdin.close()

        assert process.wait(20) == 0


def test_goes_on_where_there_is_no_pipe_to_watch():
    with started(stdin=subprocess.DEVNULL) as process:
        addresses = json.loads(process.stdout.readline())

        for _ in range(3):
            assert read(addresses["kube-play-1"]["mode"])
        assert process.poll() is None


def test_needs_no_django():
    code = "import sys, demo.fleet.serve; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0
