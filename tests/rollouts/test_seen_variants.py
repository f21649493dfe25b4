"""What a form carries of the variants that its page showed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollouts.seen_variants import LONGEST, NotSeen, read_seen, seen_of

NUMBERS = st.sets(st.integers(1, 300))


@given(NUMBERS)
def test_what_was_shown_comes_back_whole(numbers):
    seen = read_seen(str(seen_of(numbers)))

    assert {number for number in range(302) if number in seen} == numbers
    assert len(seen) == len(numbers)


def test_numbers_in_a_row_are_short():
    assert str(seen_of([*range(3, 20_003), 7, 30_000])) == "3-20002.30000"


@pytest.mark.parametrize(
    "text", ["x", "3,4", "0", "-3", "4-3", "5.4", "3-5.5", "1..2", "1" * 30, "1." * LONGEST, " 1"]
)
def test_what_is_no_set_of_ours_is_refused(text):
    with pytest.raises(NotSeen):
        read_seen(text)
