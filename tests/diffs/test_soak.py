"""The clean clock: every outcome on every clock, and random histories against a slow reference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffs.outcomes import Outcome
from diffs.soak import PAUSES, RESTARTS, Clock, Seen, advance
from tests.factories import NOW

INTERVAL = 60.0
RUNNING = Clock(600.0, NOW - timedelta(hours=1), 10, 7, NOW - timedelta(seconds=60))
PAUSED = replace(RUNNING, last_good_at=None, pause="a side could not be reached")

AGREES = {Outcome.EQUAL, Outcome.EQUAL_AFTER_RULES, Outcome.EXPECTED}
RESETS = {Outcome.DIFFERENT, Outcome.UNSTABLE}
WAITS = {Outcome.LAG, Outcome.UNCONFIRMED}


def after(clock, outcome, *, at=NOW, is_soaking=True, **seen):
    return advance(
        clock, Seen(outcome, at, **seen), interval_seconds=INTERVAL, is_soaking=is_soaking
    )


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("clock", [Clock(), RUNNING, PAUSED], ids=["new", "running", "paused"])
def test_each_outcome_does_one_thing_to_each_clock(clock, outcome):
    then = after(clock, outcome, changes=3)

    if outcome in AGREES:
        earned = 60.0 if clock is RUNNING else 0.0
        assert then.seconds == clock.seconds + earned
        assert then.looks == clock.looks + 1
        assert then.changes == clock.changes + (3 if earned else 0)
        assert (then.last_good_at, then.pause) == (NOW, "")
        assert then.since == (clock.since or NOW)
    elif outcome in RESETS:
        assert then == Clock(restart=RESTARTS[outcome])
    elif outcome in WAITS:
        assert then == clock
    else:
        assert then == replace(clock, last_good_at=None, pause=PAUSES[outcome])


@pytest.mark.parametrize("outcome", Outcome)
def test_nothing_is_earned_outside_mode_shadow(outcome):
    then = after(RUNNING, outcome, is_soaking=False, changes=3)

    assert (then.seconds, then.looks, then.changes, then.last_good_at) == (0.0, 0, 0, None)
    assert "mode shadow" in then.pause


@pytest.mark.parametrize(("gap", "earned"), [(180, 180.0), (181, 0.0), (0, 0.0), (-60, 0.0)])
def test_a_gap_beyond_three_intervals_or_a_clock_that_went_back_earns_nothing(gap, earned):
    clock = replace(RUNNING, last_good_at=NOW - timedelta(seconds=gap))

    then = after(clock, Outcome.EQUAL, changes=3)

    assert then.seconds == 600.0 + earned
    assert then.changes == 7 + (3 if earned else 0)
    assert then.last_good_at == NOW


def test_the_look_that_ends_too_long_a_lag_earns_nothing_but_begins_anew():
    then = after(RUNNING, Outcome.EQUAL, changes=3, is_lag_unbounded=True)

    assert (then.seconds, then.changes, then.last_good_at) == (600.0, 7, NOW)


@dataclass(frozen=True)
class Step:
    gap: float
    outcome: Outcome
    is_lag_unbounded: bool = False
    is_soaking: bool = True


steps = st.lists(
    st.builds(
        Step,
        gap=st.sampled_from([-5.0, 1.0, 60.0, 179.0, 180.0, 181.0, 4000.0]),
        outcome=st.sampled_from(list(Outcome)) | st.just(Outcome.EQUAL),
        is_lag_unbounded=st.booleans(),
        is_soaking=st.sampled_from([True, True, True, False]),
    ),
    max_size=25,
)


def slow_reference(history):
    """Add up the stretches by looking back from each good look, over the whole list every time."""
    times = [sum(step.gap for step in history[: n + 1]) for n in range(len(history))]
    zeros = [n for n, step in enumerate(history) if step.outcome in RESETS or not step.is_soaking]
    begin = zeros[-1] + 1 if zeros else 0
    total = 0.0
    for n in range(begin, len(history)):
        if history[n].outcome not in AGREES or history[n].is_lag_unbounded:
            continue
        before = n - 1
        while before >= begin and history[before].outcome in WAITS:
            before -= 1
        if before >= begin and history[before].outcome in AGREES:
            apart = times[n] - times[before]
            total += apart if 0 < apart <= 3 * INTERVAL else 0.0
    good = sum(step.outcome in AGREES for step in history[begin:])
    return total, good


@given(steps)
def test_agrees_with_a_slow_reference(history):
    clock, at = Clock(), NOW
    for step in history:
        at += timedelta(seconds=step.gap)
        clock = after(
            clock,
            step.outcome,
            at=at,
            is_lag_unbounded=step.is_lag_unbounded,
            is_soaking=step.is_soaking,
        )

    seconds, looks = slow_reference(history)
    assert clock.seconds == pytest.approx(seconds)
    assert clock.looks == looks


@given(steps)
def test_clean_time_is_never_more_than_three_intervals_a_good_look(history):
    clock, at = Clock(), NOW
    for step in history:
        at += timedelta(seconds=step.gap)
        then = after(clock, step.outcome, at=at, is_soaking=step.is_soaking)
        grown = then.seconds - clock.seconds
        assert grown <= (3 * INTERVAL if step.outcome in AGREES else 0.0)
        clock = then
