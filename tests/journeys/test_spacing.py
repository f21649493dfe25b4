"""A fifth of the fleet hangs: the others keep their pace. The whole size: make load."""

from __future__ import annotations

from datetime import timedelta

import pytest

from demo.load.processes import resident_megabytes
from tests.journeys.loaded import loaded

INTERVAL = 6
GOOD, HANGING = 24, 6
FLEET = ("--clusters", str(GOOD + HANGING), "--hang", str(HANGING), "--routes", "20", "60")
LIMITS = {"side_deadline_seconds": "5", "look_deadline_seconds": "10"}
PLACES = HANGING
"""As many as hang: were those looked at as often as the others, no place would stay free."""


@pytest.fixture(scope="module")
def running():
    places = {"looks_in_flight": str(PLACES)}
    with loaded(*FLEET, interval=INTERVAL, **LIMITS, **places) as running:
        yield running


def test_good_addresses_keep_their_pace_beside_as_many_hanging_ones_as_there_are_places(running):
    # A first round that waits for those that hang, then four rounds: 40 s, here and there 50 s.
    running.wait_for_looks(4, kind="good", seconds=59)

    good = running.looks("good").values()
    assert len(good) == GOOD
    assert min(good) >= max(good) / 2


def test_hanging_addresses_are_left_alone_for_longer_and_longer(running):
    running.wait_for_looks(kind="good")

    for row in running.states("hanging").values():
        assert row["outcome"] == "unreachable"
        assert row["failures"] == row["looks"] > 0
        assert row["next_look_at"] - row["last_look_at"] > timedelta(seconds=30)


def test_no_more_looks_are_out_than_there_are_places(running):
    out = "SELECT count(*) FROM diffs_sourcestate WHERE claimed_until > clock_timestamp()"

    seen = []
    running.wait_for(lambda: len(seen.append(running.query(out)[0][0]) or seen) > 50)

    assert max(seen) <= PLACES


def test_looks_that_hang_hold_no_database_connection(running):
    clients = """SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()"""
    hanging = list(running.looks("hanging"))
    running.query(
        "UPDATE diffs_sourcestate SET next_look_at = '2000-01-01', failures = 0"
        " WHERE source_id = ANY(%s) RETURNING 1",
        hanging,
    )
    under_way = "SELECT count(*) FROM diffs_sourcestate WHERE claim <> '' AND source_id = ANY(%s)"

    running.wait_for(lambda: running.query(under_way, hanging)[0][0] >= PLACES - 1)
    seen = []
    running.wait_for(lambda: len(seen.append(running.query(clients)[0][0]) or seen) > 20)

    assert min(seen) < PLACES / 2


def test_a_worker_stays_small(running):
    worker = running.deployment.processes["look"].process.pid

    assert 0 < resident_megabytes(worker) < 400
