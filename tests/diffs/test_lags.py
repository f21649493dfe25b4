"""Lags in a histogram: nothing is lost by adding, and no percentile is better than the truth."""

from __future__ import annotations

from functools import reduce
from math import ceil, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffs.lags import BOUNDS, LagFigures, figures, with_lag

lags = st.lists(st.floats(0, 7200), min_size=1, max_size=60)


def counted(some):
    return reduce(with_lag, some, [])


@given(lags, lags)
def test_hours_add_up_as_if_all_lags_had_ended_in_one(some, more):
    assert figures([counted(some), counted(more)]) == figures([counted(some + more)])


@given(lags)
def test_a_percentile_is_the_next_bound_above_the_true_one(some):
    found = figures([counted(some)])

    for told, share in ((found.p50, 0.5), (found.p95, 0.95)):
        true = sorted(some)[ceil(share * len(some)) - 1]
        assert told == min((bound for bound in (*BOUNDS, inf) if bound >= true), default=inf)
    assert found.count == len(some)


@given(st.permutations([0.5, 3.0, 3.1, 70.0, 4000.0]))
def test_the_order_of_lags_is_nothing(some):
    assert figures([counted(some)]) == LagFigures(5, 4.0, inf)


@pytest.mark.parametrize("hours", [[], [[]], [[], []]])
def test_without_a_lag_there_is_no_figure(hours):
    assert figures(hours) == LagFigures()


def test_a_clock_that_was_set_back_makes_no_class_of_its_own():
    assert figures([with_lag([], -5.0)]) == LagFigures(1, 1.0, 1.0)
