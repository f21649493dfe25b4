"""Distances between looks, from samples of the rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from demo.load.spacing import Row, Spacing, percentile

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds):
    return START + timedelta(seconds=seconds)


def row(looks, last=None, due=0.0, took=0.0):
    """Return a sample of one source; times in seconds from the start."""
    return Row(1, looks, None if last is None else at(last), at(due), took)


def test_counts_the_first_look_from_the_start_and_later_ones_from_each_other():
    spacing = Spacing(START)

    for sample in (row(0), row(1, 4.0, due=60), row(1, 4.0, due=60), row(2, 61.0, due=120)):
        spacing.take(sample)

    assert spacing.first == [4.0]
    assert spacing.distances == [57.0]


def test_tells_how_late_a_look_began_after_it_was_due():
    spacing = Spacing(START)

    spacing.take(row(1, 4.0, due=60))
    spacing.take(row(2, 65.0, due=120, took=3.0))

    assert spacing.lags == [2.0]


def test_says_when_it_did_not_see_every_look():
    spacing = Spacing(START)

    spacing.take(row(1, 4.0))
    spacing.take(row(4, 20.0))

    assert spacing.missed == 2


def test_a_source_never_looked_at_is_as_far_behind_as_the_start():
    spacing = Spacing(START)

    spacing.take(row(0))

    assert spacing.open_distances(at(30)) == [30.0]


def test_percentiles_are_values_that_were_seen():
    values = [float(number) for number in range(1, 101)]

    assert [percentile(values, share) for share in (0.5, 0.95, 1.0)] == [51.0, 96.0, 100.0]
    assert percentile([], 0.5) == 0.0
