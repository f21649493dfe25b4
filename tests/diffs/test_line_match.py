"""Which lines of two lists meet."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from diffs import line_match
from diffs.line_match import matching_pairs

LINES = st.lists(st.sampled_from("abcdefgh"), max_size=30)


@given(LINES, LINES)
def test_pairs_are_equal_and_rise_on_both_sides(left, right):
    pairs = matching_pairs(left, right)

    assert all(left[i] == right[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))


@given(LINES)
def test_a_list_meets_itself_wholly(lines):
    assert matching_pairs(lines, lines) == [(i, i) for i in range(len(lines))]


def test_one_line_put_in_the_middle_leaves_all_others_matched():
    left = [f"line {i}" for i in range(50)]

    pairs = matching_pairs(left, [*left[:20], "new", *left[20:]])

    assert len(pairs) == 50


def test_large_blocks_are_anchored_by_lines_that_occur_once(monkeypatch):
    monkeypatch.setattr(line_match, "EXACT_CELLS", 0)
    left = ["same", "a", "same", "b", "same", "c", "x"]
    right = ["y", "a", "same", "same", "b", "c", "same"]

    pairs = matching_pairs(left, right)

    assert [(left[i], right[j]) for i, j in pairs if left[i] != "same"] == [(c, c) for c in "abc"]


def test_moved_lines_keep_the_longest_run_in_order(monkeypatch):
    monkeypatch.setattr(line_match, "EXACT_CELLS", 0)

    pairs = matching_pairs(list("zabcdey"), list("1eabcd2"))

    assert [i for i, _ in pairs] == [1, 2, 3, 4]
