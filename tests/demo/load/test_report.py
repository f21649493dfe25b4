"""What a load is held to: spacing, queue, outcomes and growth, none of them too kindly."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from demo.load.report import of_growth, of_looks, of_outcomes
from demo.load.spacing import Row, Spacing
from demo.load.watch import Seen

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def at(seconds):
    return START + timedelta(seconds=seconds)


@pytest.fixture
def seen():
    """Ten sources that are looked at every minute, each begun two seconds late."""
    seen = Seen(30.0, START, ended_at=at(200), seconds=200.0, in_flight=[1.0])
    for source in range(10):
        spacing = seen.spacings[source] = Spacing(START)
        for looks, seconds in enumerate((0, 60, 120, 180), start=1):
            spacing.take(
                Row(
                    source,
                    looks=looks,
                    last_look_at=at(seconds),
                    next_look_at=at(seconds + 58),
                    look_seconds=0.0,
                )
            )
    return seen


def verdicts(lines):
    return {line.what: line.verdict for line in lines if line.verdict}


def measured(lines, what):
    (found,) = (line.measured for line in lines if line.what == what)
    return found


def test_looks_that_keep_their_pace_meet_their_goals(seen):
    lines = of_looks(seen, interval=60)

    assert verdicts(lines) == {"between looks, p95": "met", "due to begun, p95": "met"}
    assert measured(lines, "between looks, p95") == "60.0 s"
    assert measured(lines, "due to begun, p95") == "2.0 s"


def test_a_source_that_nobody_looks_at_any_more_counts_though_its_distance_has_no_end(seen):
    for source in range(3):
        seen.spacings[source] = Spacing(START)
        seen.spacings[source].take(
            Row(source, looks=1, last_look_at=START, next_look_at=at(60), look_seconds=0.0)
        )

    lines = of_looks(seen, interval=60)

    assert verdicts(lines)["between looks, p95"] == "not met"
    assert measured(lines, "between looks, most") == "200.0 s"


def test_an_outcome_that_churn_does_not_explain_misses_the_goal(seen):
    seen.outcomes = Counter(equal=90, lag=5, unconfirmed=2, moved=1)
    assert set(verdicts(of_outcomes(seen)).values()) == {"met"}

    seen.outcomes["different"] = 1

    assert verdicts(of_outcomes(seen)) == {"looks that churn does not explain": "not met"}
    assert measured(of_outcomes(seen), "looks: lag") == "5"


def test_bodies_and_all_rows_are_held_to_a_gigabyte_a_day():
    growth = {"bodies, whole": 1e6, "bodies, as patches": 2e6, "spans": 3e8}

    kind = of_growth(growth, replayed=6e8, files=2e9)
    cruel = of_growth(growth, replayed=8e8, files=2e9)

    assert set(verdicts(kind).values()) == {"met"}
    assert verdicts(cruel)["a day of all rows, bodies replayed"] == "not met"
    assert measured(cruel, "a day of all rows, bodies replayed") == "1,100 MB"
    assert measured(kind, "a day of bodies, from this run") == "3 MB"
    assert measured(kind, "a day of spans") == "300.0 MB"
