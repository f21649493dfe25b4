"""Counts, lists and spans of time as sentences need them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollouts.gates.naming import DAY, HOUR, counted, every, listed, span, span_left


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c and 1 more"),
        ([str(number) for number in range(2000)], "0, 1, 2 and 1,997 more"),
    ],
)
def test_lists_three_names_and_counts_the_rest(names, text):
    assert listed(names) == text


def test_counts_with_the_word_in_its_number():
    assert [counted(count, "look") for count in (0, 1, 2, 1500)] == [
        "0 looks",
        "1 look",
        "2 looks",
        "1,500 looks",
    ]
    assert [every(count, "tier") for count in (1, 2, 3)] == [
        "the only tier",
        "both tiers",
        "all 3 tiers",
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0 s"), (0, "0 s"), (0.9, "0 s"), (45, "45 s"), (60, "1 min"), (61.5, "1 min 1 s"),
        (HOUR + 59, "1 h"), (DAY - 1, "23 h 59 min"), (6 * DAY + 4 * HOUR, "6 d 4 h"),
        (DAY + 59, "1 d"), (2000 * DAY, "2,000 d"),
    ],
)  # fmt: skip
def test_tells_a_span_in_its_two_largest_units_rounded_down(seconds, text):
    assert span(seconds) == text


@given(st.floats(1e-9, 1e9))
def test_time_that_is_left_is_never_none(seconds):
    assert span_left(seconds) != "0 s"
