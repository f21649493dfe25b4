"""The table of a load: every goal beside what was measured, and one missed goal fails it."""

from __future__ import annotations

from demo.load.goals import Line, are_met, at_most, table

GOOD = at_most("between looks, p95", 75.0, 75.0, unit="s")
BAD = at_most("a day of bodies", 1200.4, 1000.0, unit="MB")
TOLD = Line("machine", "2 cores")


def test_a_goal_is_met_up_to_its_number_and_not_beyond():
    assert (GOOD.verdict, BAD.verdict, TOLD.verdict) == ("met", "not met", "")


def test_a_single_missed_goal_fails_the_whole():
    assert are_met([TOLD, GOOD])
    assert not are_met([TOLD, GOOD, BAD])


def test_the_table_shows_measure_goal_and_verdict():
    assert table([TOLD, GOOD, BAD]).splitlines() == [
        "what                measured  goal",
        "machine             2 cores",
        "between looks, p95  75.0 s    ≤ 75 s      met",
        "a day of bodies     1,200 MB  ≤ 1,000 MB  not met",
    ]
