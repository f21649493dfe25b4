"""The word, the colour and the icon of every state."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from diffs.outcomes import Outcome
from rollouts.templatetags.icons import drawing
from rollouts.templatetags.marks import (
    MARKS,
    TARGET_STATES,
    live_tag,
    mode_tag,
    standing_tag,
    state_tag,
)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_of_a_look_has_a_mark_of_its_own(outcome):
    assert str(outcome) in MARKS
    assert f">{MARKS[outcome].word}</span>" in state_tag(outcome)


@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS)
def test_every_mark_has_its_drawing(mark):
    assert drawing(mark.icon)


def test_no_two_states_of_a_target_look_alike_without_colour():
    shapes = [(mark.icon, mark.word) for mark in TARGET_STATES.values()]

    assert len(set(shapes)) == len(shapes)
    assert TARGET_STATES["clean"].tone != TARGET_STATES["follows"].tone


def test_a_label_stands_in_for_the_word_and_is_escaped():
    assert "&lt;b&gt;</span>" in state_tag("differs", "<b>")


@pytest.mark.parametrize(
    ("state", "was", "words"),
    [
        ("clean", "", ["clean"]),
        ("differs", "", ["differs", "settling"]),
        ("blind", "clean", ["not looked at, was clean"]),
        ("blind", "unseen", ["not looked at"]),
    ],
)
def test_what_nobody_looks_at_says_what_it_was(state, was, words):
    row = SimpleNamespace(state=state, was=was, is_settling="settling" in words)

    html = standing_tag(row)

    assert re.findall(r"</svg>([^<]+)</span>", html) == words
    assert ("is-clean" in html) is (state == "clean")


def test_an_unknown_state_is_shown_as_unknown_never_as_good():
    html = state_tag("brand_new")

    assert "is-off" in html
    assert "brand new</span>" in html


def test_counted_words_agree_with_the_count():
    assert TARGET_STATES["differs"].counted(1) == "1 differs"
    assert TARGET_STATES["differs"].counted(2) == "2 differ"


def test_a_mode_that_is_none_of_the_three_is_shown_as_mixed():
    assert "is-exec" in mode_tag("exec")
    assert "is-mixed" in mode_tag("mixed 12/40")


def test_which_side_is_live_is_said_in_words():
    assert live_tag(is_live=True).endswith(">live</span>")
    assert live_tag(is_live=False).endswith(">not live</span>")
