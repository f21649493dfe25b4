"""The strip of a day, the spans and the hourly counts of a source."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import HourRollup, OutcomeSpan
from diffs.outcomes import Outcome
from diffs.queries.source_history import (
    Hour,
    day_strip,
    differences_by_hour,
    hours_of_day,
    last_look_at,
    latest_spans,
)
from tests.factories import NOW, SourceFactory

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def ago(**duration):
    return NOW - timedelta(**duration)


def source_with(*spans, last_look=NOW):
    """Make a source with spans of (outcome, began, ended)."""
    source = SourceFactory.create(state_last_look_at=last_look)
    OutcomeSpan.objects.bulk_create(
        OutcomeSpan(source=source, outcome=outcome, epoch=1, began_at=began, ended_at=ended)
        for outcome, began, ended in spans
    )
    return source.pk


def strip(source, *, now=NOW):
    return [outcome for outcome, _ in day_strip(source, now=now)]


def test_a_day_is_ninety_six_quarters_up_to_now_and_empty_where_nobody_looked():
    source = source_with(("equal", ago(minutes=20), None))

    cells = day_strip(source, now=NOW)

    assert len(cells) == 96
    assert cells[-1][1] == NOW
    assert cells[0][1] == NOW - timedelta(hours=23, minutes=45)
    assert [outcome for outcome, _ in cells] == [""] * 93 + ["equal"] * 3


@pytest.mark.parametrize("better", ["equal", "lag", "unconfirmed", "moved", "not_compared"])
@pytest.mark.parametrize("worse", ["different", "unstable", "unreachable", "refused", "suspect"])
def test_a_quarter_shows_the_worst_of_it(better, worse):
    source = source_with(
        (better, ago(hours=5), ago(hours=4, minutes=10)),
        (worse, ago(hours=4, minutes=10), ago(hours=4, minutes=9)),
        (better, ago(hours=4, minutes=9), ago(hours=3)),
    )

    assert strip(source)[-19:-16] == [better, worse, better]


def test_the_worst_of_all_is_a_difference():
    every = [(str(outcome), ago(hours=2), ago(hours=1)) for outcome in Outcome]

    assert "different" in set(strip(source_with(*every)))
    assert set(strip(source_with(*every))) == {"", "different"}


@pytest.mark.parametrize("outcome", ["equal", "not_compared", "different", "lag"])
def test_a_span_that_nobody_looks_at_any_more_ends_in_the_strip(outcome):
    source = source_with((outcome, ago(hours=6), None), last_look=ago(hours=2))

    shown = strip(source)

    assert shown[-7:] == [""] * 7
    assert shown[-9] == outcome


def test_an_address_that_backs_off_stays_unreachable_in_the_strip():
    source = source_with(("unreachable", ago(hours=6), None), last_look=ago(minutes=14))

    assert strip(source)[-1] == "unreachable"


def test_spans_are_listed_newest_first():
    source = source_with(
        ("equal", ago(hours=3), ago(hours=2)),
        ("different", ago(hours=2), ago(hours=1)),
        ("equal", ago(hours=1), None),
    )

    assert [(one.outcome, one.ended_at) for one in latest_spans(source, limit=2)] == [
        ("equal", None),
        ("different", ago(hours=1)),
    ]


def rollup(source, hours, most):
    HourRollup.objects.create(
        source_id=source, hour=ago(hours=hours), differences_max=most, routes=10
    )


def test_differences_of_many_sources_are_summed_by_hour():
    one, other = source_with(), source_with()
    rollup(one, 1, 3)
    rollup(other, 1, 4)
    rollup(one, 0, 1)
    rollup(one, 30, 9)

    day = differences_by_hour([one, other], now=NOW)

    assert day.points == ((ago(hours=1), 7), (NOW, 1))


def test_the_changes_of_a_day_are_those_of_one_source():
    one, other = source_with(), source_with()
    rollup(one, 1, 3)
    rollup(other, 1, 4)
    rollup(one, 25, 9)

    assert hours_of_day(one, now=NOW) == (Hour(ago(hours=1), 3, 10),)


def test_the_last_look_is_that_of_whichever_source_was_looked_at_last():
    early, late = source_with(last_look=ago(hours=1)), source_with(last_look=ago(minutes=1))

    assert last_look_at([early, late]) == ago(minutes=1)
    assert last_look_at([]) is None
