"""A worker that dies, or freezes, in the middle of a look: taken again soon, recorded once."""

from __future__ import annotations

import signal

import pytest

from diffs.operations.hold_claim import LEASE_SECONDS
from tests.journeys.loaded import RESUMED_SECONDS, loaded, log_lines

BEGUN = """SELECT source_id FROM diffs_sourcestate WHERE claim <> ''
  AND claimed_until <= clock_timestamp() + %s * interval '1 second'"""
SLOW = ("--clusters", "2", "--hang", "0", "--slow", "2", "--slow-seconds", "3")


@pytest.fixture(scope="module")
def running():
    with loaded(*SLOW, "--routes", "50", "80", interval=4) as running:
        running.wait_for_looks()
        yield running


def wait_for_a_look_under_way(running):
    """Wait until an address is being read, and return whose."""
    running.wait_for(lambda: bool(running.query(BEGUN, LEASE_SECONDS)))
    return running.query(BEGUN, LEASE_SECONDS)[0][0]


def test_a_look_of_a_killed_worker_is_taken_again(running):
    source = wait_for_a_look_under_way(running)
    before, killed_at = running.looks()[source], running.now()
    running.deployment.processes["look"].kill()

    running.deployment.start("look")
    running.wait_for(lambda: running.looks()[source] > before)

    again_at = running.states()[source]["last_look_at"]
    assert (again_at - killed_at).total_seconds() < RESUMED_SECONDS
    running.assert_nothing_doubled()


def test_a_frozen_worker_records_nothing_once_its_look_was_given_to_another(running):
    source = wait_for_a_look_under_way(running)
    frozen = running.deployment.processes["look"]
    before = running.looks()[source]
    frozen.signal(signal.SIGSTOP)
    running.deployment.processes["frozen"] = running.deployment.processes.pop("look")

    running.deployment.start("look")
    running.wait_for(lambda: running.looks()[source] > before)
    frozen.signal(signal.SIGCONT)
    running.wait_for(lambda: dropped(frozen, source))

    running.assert_nothing_doubled()


def dropped(worker, source):
    """Whether a look of this source came to nothing."""
    lines = log_lines(worker.log, "look")
    return any(line["source"] == source and line["outcome"] is None for line in lines)
