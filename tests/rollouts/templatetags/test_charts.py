"""The step chart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rollouts.templatetags.charts import chart, round_ceiling, step_path

NOW = datetime(2026, 11, 21, 14, 20, tzinfo=UTC)
POINTS = [(NOW - timedelta(hours=4), 0), (NOW - timedelta(hours=1), 2)]


@pytest.mark.parametrize(
    ("values", "ceiling"),
    [([0], 2), ([1], 2), ([3, 1], 4), ([7], 8), ([1204], 2000), ([0.03], 0.04), ([0.0, 2.5], 4)],
)
def test_the_axis_ends_at_a_round_number_above_every_value(values, ceiling):
    assert round_ceiling(values) == pytest.approx(ceiling)


def test_a_value_holds_until_the_next_and_the_last_until_the_end():
    assert step_path(POINTS, NOW, 4) == "M0 120.0H540.0V62.0H720.0"


def test_the_chart_says_in_words_what_it_draws():
    html = chart(POINTS, "Open differences", NOW)

    assert 'aria-label="Open differences: 0 at first, 2 now, 0 to 2 in between"' in html


def test_a_chart_begins_when_measuring_did_not_with_the_hour_before():
    begun = NOW - timedelta(hours=3, minutes=20)

    html = chart([(NOW - timedelta(hours=4), 1), *POINTS[1:]], "Routes", NOW, since=begun)

    assert html.index(">11:00 UTC<") < html.index(">14:20 UTC<")
    assert "10:20" not in html
    assert 'd="M0 62.0H504.0V4.0H720.0"' in html


def test_measuring_that_began_long_ago_moves_nothing():
    assert chart(POINTS, "Routes", NOW, since=NOW - timedelta(days=9)) == chart(
        POINTS, "Routes", NOW
    )


def test_what_never_changed_is_a_line_below_the_top_and_said_in_words():
    html = chart([(NOW - timedelta(hours=1), 6)], "Open differences", NOW)

    assert "chart-area" not in html
    assert '"chart-line" d="M0 50.4H720.0"' in html
    assert "<figcaption>Open differences: 6 in each hour.</figcaption>" in html
    assert "chart-area" in chart(POINTS, "Open differences", NOW)


def test_a_nought_that_never_changed_is_a_sentence_not_an_empty_drawing():
    html = chart([(NOW - timedelta(hours=1), 0)], "Open differences", NOW)

    assert html.startswith('<p class="quiet">Open differences: 0 since <time')
    assert "<svg" not in html


def test_events_are_lines_that_a_list_names_and_those_outside_are_left_out():
    events = [(NOW - timedelta(hours=2), "P-37 <exec>"), (NOW - timedelta(days=2), "long ago")]

    html = chart(POINTS, "Open differences", NOW, events=events)

    assert html.count('class="chart-event"') == 1
    assert "P-37 &lt;exec&gt;" in html
    assert "long ago" not in html


def test_a_day_or_more_names_its_days():
    long = [(NOW - timedelta(hours=24), 1)]

    assert "Fri 20 Nov, 14:20 UTC" in chart(long, "Routes", NOW)
    assert "Fri 20 Nov, 14:20 UTC" not in chart(POINTS, "Routes", NOW)


def test_no_points_are_a_sentence_not_an_empty_drawing():
    assert chart([], "Routes", NOW) == '<p class="quiet">Routes: nothing measured yet.</p>'
