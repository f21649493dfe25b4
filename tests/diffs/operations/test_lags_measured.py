"""Every lag that ends is counted: the one that was caught up in time, and the one that was not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs import lags
from diffs.lags import LagFigures
from diffs.models import HourRollup
from diffs.queries.source_history import hours_of_day
from tests.servers.pair import some_routes

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def version(number):
    return some_routes(10, r0=f'"http://v{number}"')


def fall_behind(watched, number):
    """Let legacy change and the shadow not yet; look."""
    watched.pair.legacy.say(version(number))
    assert watched.look() == "lag"


def figures(watched):
    hours = hours_of_day(watched.source.pk, now=watched.now)
    return lags.figures(hour.lags for hour in hours)


def test_a_lag_that_is_caught_up_is_counted_with_its_length(proven):
    assert figures(proven) == LagFigures()

    for number, seconds in ((1, 3.0), (2, 3.5), (3, 7.0)):
        fall_behind(proven, number)
        proven.pair.shadow.say(version(number))
        assert proven.look(after=seconds) == "equal"

    assert figures(proven) == LagFigures(3, 4.0, 8.0)
    assert proven.state.lag_seconds == 7.0


def test_a_lag_that_ends_as_a_difference_is_counted_as_long_as_it_was_followed(proven):
    fall_behind(proven, 1)
    assert proven.look(after=6) == "lag"

    assert proven.look(after=7) == "different"
    assert proven.look(after=60) == "different"

    assert figures(proven) == LagFigures(1, 15.0, 15.0)


def test_what_the_other_side_took_back_was_no_lag(proven):
    fall_behind(proven, 1)
    proven.pair.legacy.say(some_routes(10))

    assert proven.look(after=4) == "equal"

    assert figures(proven) == LagFigures()


def test_lags_of_more_than_a_day_ago_count_no_more(proven):
    fall_behind(proven, 1)
    proven.pair.shadow.say(version(1))
    proven.look(after=4)

    proven.now += timedelta(hours=26)

    assert figures(proven).count == 0
    assert HourRollup.objects.exclude(lags=[]).count() == 1
