"""Which line of one side meets which of the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from diffs.line_pairs import pairings

LINES = st.lists(st.sampled_from(["-> a()", '-> b("x")', '-> b("y")', '"http://a"', "*"]))


def test_equal_lines_meet_first_then_those_of_one_name():
    met = list(pairings(["-> x()", "-> b(1)", "-> a()"], ["-> a()", "-> b(2)", "-> a()"]))

    assert [(i, j, is_alike) for i, j, is_alike in met] == [
        (0, None, False),
        (None, 0, False),
        (1, 1, False),
        (2, 2, True),
    ]


@given(LINES, LINES)
def test_every_line_of_both_sides_stands_once_and_in_order(left, right):
    met = list(pairings(left, right))

    assert [i for i, _, _ in met if i is not None] == list(range(len(left)))
    assert [j for _, j, _ in met if j is not None] == list(range(len(right)))
    assert all(left[i] == right[j] for i, j, is_alike in met if is_alike)
