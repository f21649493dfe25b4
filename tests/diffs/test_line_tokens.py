"""Two lines token by token, and text made safe to look at."""

from __future__ import annotations

import pytest

from diffs.line_tokens import alike, alone, segments_of, shorten, visible


def marked(segments):
    """Return the changed texts of a side."""
    return [segment.text for segment in segments if segment.changed]


def test_marks_only_the_argument_that_changed():
    left, right = segments_of('-> flowId("reuse")', '-> flowId("renew")')

    assert (marked(left), marked(right)) == (["reuse"], ["renew"])
    assert "".join(segment.text for segment in left) == '-> flowId("reuse")'


def test_joins_neighbouring_changes_over_a_lone_dot():
    left, _ = segments_of('"http://10.2.0.19:80"', '"http://10.2.4.7:80"')

    assert marked(left) == ["0.19"]


def test_marks_lines_that_share_next_to_nothing_as_a_whole():
    left, right = segments_of("-> ratelimit(20)", "-> compress()")

    assert (left, right) == (alone("-> ratelimit(20)"), alone("-> compress()"))


def test_compares_a_line_of_too_many_tokens_by_its_ends():
    middle = "a," * 500

    left, right = segments_of(f"f({middle}1)", f"f({middle}2)")

    assert (marked(left), marked(right)) == (["1"], ["2"])


def test_says_how_much_of_a_long_text_is_left_out():
    assert shorten("x" * 1000, 300) == "x" * 100 + " … 800 characters … " + "x" * 100


def test_never_shows_a_megabyte():
    assert sum(len(s.text) for s in alike("x" * 1_000_000) + alone("y" * 1_000_000)) < 3_000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('Path("/ä →")', 'Path("/ä →")'),
        ("a\u202eb", "a[U+202E]b"),
        ("tab\there", "tab[U+0009]here"),
        ("nul\x00", "nul[U+0000]"),
        ("zero\u200bwidth", "zero[U+200B]width"),
        ("\udc80", "[U+DC80]"),
    ],
)
def test_shows_characters_that_hide_or_reorder_as_code_points(text, shown):
    assert visible(text) == shown
