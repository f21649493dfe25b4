"""Proportion bar, ring and heat strip."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollouts.templatetags.pictures import GAP, LEAST, WIDTH, heat, proportion, ring, widths


def cell(state, words=""):
    """Return a quarter of an hour."""
    at = datetime(2026, 11, 21, 14, 15, tzinfo=UTC)
    return SimpleNamespace(state=state, at=at, words=words)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=12))
def test_the_segments_fill_the_bar_and_none_vanishes(counts):
    parts = widths(counts)

    assert sum(parts) + GAP * (len(parts) - 1) == pytest.approx(WIDTH)
    assert min(parts) > LEAST / 2


def test_one_target_of_250_is_still_seen():
    assert widths([249, 1])[1] >= LEAST


def test_the_bar_shows_good_states_first_whatever_the_order_of_the_counts():
    html = proportion({"stale": 1, "differs": 2, "clean": 5, "refused": 0})

    assert re.findall(r'rect class="is-(\w+)"', html) == ["clean", "differs", "stale"]


def test_the_counts_stand_in_words_below_the_bar():
    html = proportion([("differs", 2), ("clean", 5)])

    assert html.index("5 clean") < html.index("2 differ<")
    assert '<svg class="proportion"' in html
    assert 'preserveAspectRatio="none" aria-hidden="true"' in html


def test_a_bar_without_words_says_them_to_a_reader():
    html = proportion({"clean": 5, "stale": 1}, words=False)

    assert 'role="img" aria-label="5 clean, 1 stale"' in html
    assert "counts" not in html


def test_a_bar_of_nothing_says_so():
    assert "no targets" in proportion({})


def test_a_bar_without_any_look_says_so():
    assert ">no looks yet</span>" in proportion({"unseen": 3})
    assert ">3 not looked at yet</span>" in proportion({"unseen": 3, "clean": 1})


@pytest.mark.parametrize(
    ("share", "percent", "is_checked"),
    [
        (None, 0, False),
        (0.0, 0, False),
        (0.62, 62, False),
        (0.9999, 99, False),
        (1.0, 100, True),
        (7, 100, True),
    ],
)
def test_a_ring_is_full_and_checked_only_when_all_is_done(share, percent, is_checked):
    html = ring(share)

    assert f'aria-label="{percent} % done"' in html
    assert ("ring-check" in html) is is_checked
    assert ("ring-arc" in html) is (percent > 0)


def test_a_strip_has_a_titled_cell_for_each_span():
    html = heat([cell("clean", "equal"), cell("differs", '"differs"')])

    assert html.count("<rect") == 2
    assert ">Sat 21 Nov, 14:15 UTC: &quot;differs&quot;</title>" in html
    assert '<title data-at="2026-11-21T14:15:00+00:00" data-words="equal">' in html
    assert 'aria-label="24 h in 2 cells: 1 clean, 1 differs"' in html


def test_cells_differ_in_height_as_well_as_in_colour():
    heights = {
        state: re.search(r'height="(\d+)"', heat([cell(state)]))[1]
        for state in ("clean", "differs", "stale")
    }

    assert len(set(heights.values())) == 3


def test_an_empty_strip_says_so():
    assert "nothing seen yet" in heat([])
