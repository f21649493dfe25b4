"""Hours become days: their sums stay, the hours go, and nothing is counted twice or lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from diffs.models import DayRollup, HourRollup
from diffs.operations import fold_hours as folding
from diffs.operations.fold_hours import fold_hours
from tests.factories import NOW, SourceFactory

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]
OLD = datetime(2025, 11, 30, tzinfo=UTC)


@pytest.fixture
def source():
    return SourceFactory.create()


def hour(source, number, **columns):
    """Write the counts of one hour, numbered from the midnight before OLD's day."""
    at = OLD + timedelta(hours=number)
    return HourRollup.objects.create(source=source, hour=at, **columns)


def test_a_day_is_the_sum_of_its_hours_the_most_of_them_and_the_last_table(source):
    hour(source, 5, looks=9, good=9, outcomes={"equal": 9}, routes=20, look_seconds_max=2.0,
         lags=[1, 2, 0])  # fmt: skip
    hour(source, 4, looks=6, good=4, outcomes={"equal": 4, "lag": 2}, routes=10, changes=3,
         differences_max=7, look_seconds_max=3.0, lags=[0, 4, 1])  # fmt: skip
    hour(source, 6, looks=1, outcomes={"unreachable": 1}, changes=1)

    assert fold_hours(now=NOW, limit=10) == 3

    row = DayRollup.objects.get()
    assert (row.source, row.day) == (source, date(2025, 11, 30))
    assert (row.looks, row.good, row.changes) == (16, 13, 4)
    assert row.outcomes == {"equal": 13, "lag": 2, "unreachable": 1}
    assert (row.differences_max, row.routes, row.look_seconds_max) == (7, 20, 3.0)
    assert row.lags == [1, 6, 1]
    assert not HourRollup.objects.exists()


def test_each_source_and_each_day_of_utc_has_a_row_of_its_own(source):
    other = SourceFactory.create()
    for one in (source, other):
        hour(one, 23, looks=1)
        hour(one, 24, looks=2)

    fold_hours(now=NOW, limit=10)

    rows = DayRollup.objects.order_by("source", "day").values_list("source_id", "day", "looks")
    assert list(rows) == [
        (one.pk, date(2025, month, day), looks)
        for one in (source, other)
        for month, day, looks in ((11, 30, 1), (12, 1, 2))
    ]


def test_a_day_is_folded_whole_and_ninety_days_of_hours_stay(source):
    at_noon = OLD + timedelta(days=90, hours=12)
    for number in (0, 23, 24):
        hour(source, number, looks=1)

    assert fold_hours(now=at_noon, limit=10) == 0
    assert fold_hours(now=at_noon + timedelta(hours=12), limit=1) == 2
    assert HourRollup.objects.get().hour == OLD + timedelta(days=1)


def test_an_hour_that_turns_up_late_is_added_to_its_day(source):
    hour(source, 3, looks=2, outcomes={"equal": 2})
    fold_hours(now=NOW, limit=10)
    hour(source, 4, looks=1, outcomes={"equal": 1})
    fold_hours(now=NOW, limit=10)

    assert DayRollup.objects.get().outcomes == {"equal": 3}


def test_no_hour_goes_without_its_sum_being_written(source, monkeypatch):
    def breaks(row, hour):
        raise RuntimeError

    hour(source, 3, looks=2)
    monkeypatch.setattr(folding, "_add", breaks)

    with pytest.raises(RuntimeError):
        fold_hours(now=NOW, limit=10)

    assert (HourRollup.objects.count(), DayRollup.objects.count()) == (1, 0)


def test_whatever_is_counted_by_the_hour_is_counted_by_the_day():
    hours, days = (
        {field.name for field in one._meta.get_fields()} for one in (HourRollup, DayRollup)
    )

    assert hours - {"hour"} == days - {"day"}
