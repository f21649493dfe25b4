"""How often a sign-in may be tried: by one address, by one name, by both together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollouts.sign_in_limits import (
    FREE_BY_NAME,
    LONGEST_WAIT,
    MOST,
    NAME_REST,
    WINDOW,
    Counted,
    Tries,
    free_at,
    is_over,
    with_one_more,
)

BEGAN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FRESH = Tries(count=0, began_at=BEGAN, last_at=BEGAN)
SECOND = timedelta(seconds=1)
WINDOWED = [Counted.PAIR, Counted.ADDRESS]


def tried(by: Counted, times: int, *, apart: timedelta = timedelta()) -> Tries:
    """Return a series of tries."""
    series = FRESH
    for number in range(times):
        series = with_one_more(by, series, BEGAN + number * apart)
    return series


def test_five_by_a_pair_and_fifty_by_an_address():
    assert (MOST[Counted.PAIR], MOST[Counted.ADDRESS]) == (5, 50)
    assert timedelta(minutes=15) == WINDOW


@pytest.mark.parametrize("by", WINDOWED)
def test_a_window_holds_from_its_last_try_to_its_end(by):
    series = tried(by, MOST[by], apart=SECOND)
    present = BEGAN + timedelta(minutes=1)

    assert free_at(by, tried(by, MOST[by] - 1, apart=SECOND), present) == present
    assert free_at(by, series, present) == BEGAN + WINDOW
    assert free_at(by, series, BEGAN + WINDOW - SECOND) == BEGAN + WINDOW
    assert free_at(by, series, BEGAN + WINDOW) == BEGAN + WINDOW


@pytest.mark.parametrize("by", WINDOWED)
def test_a_new_window_begins_with_the_first_try_after_the_old(by):
    later = BEGAN + WINDOW + timedelta(minutes=7)

    series = with_one_more(by, tried(by, MOST[by]), later)

    assert series == Tries(count=1, began_at=later, last_at=later)


def test_a_cleared_pair_begins_its_window_with_the_next_wrong_password():
    later = BEGAN + timedelta(minutes=14)

    assert with_one_more(Counted.PAIR, FRESH, later).began_at == later


def test_a_name_waits_longer_with_each_try_and_never_closes():
    waits = [
        (free_at(Counted.NAME, tried(Counted.NAME, count), BEGAN) - BEGAN).total_seconds()
        for count in range(FREE_BY_NAME - 1, FREE_BY_NAME + 12)
    ]

    assert waits == [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_a_refused_try_at_a_name_makes_nobody_wait_longer():
    series = tried(Counted.NAME, FREE_BY_NAME + 20)

    assert free_at(Counted.NAME, series, BEGAN + LONGEST_WAIT) == BEGAN + LONGEST_WAIT


def test_a_name_at_rest_is_as_good_as_new():
    series = tried(Counted.NAME, 1_000_000 // 1000)

    assert not is_over(Counted.NAME, series, BEGAN + NAME_REST - SECOND)
    assert free_at(Counted.NAME, series, BEGAN + NAME_REST) == BEGAN + NAME_REST
    assert with_one_more(Counted.NAME, series, BEGAN + NAME_REST).count == 1


@given(
    by=st.sampled_from(Counted),
    count=st.integers(0, 10**9),
    span=st.timedeltas(timedelta(), timedelta(days=400)),
    since=st.timedeltas(timedelta(minutes=-5), timedelta(days=400)),
)
def test_nobody_waits_longer_than_a_window_and_the_time_told_is_free(by, count, span, since):
    series = Tries(count=count, began_at=BEGAN, last_at=BEGAN + span)
    present = series.last_at + since

    until = free_at(by, series, present)

    assert present <= until <= max(present, series.last_at + WINDOW)
    assert free_at(by, series, until) == until
    assert with_one_more(by, series, present).count in {1, count + 1}
