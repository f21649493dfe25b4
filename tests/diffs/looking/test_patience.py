"""When a source is looked at next."""

from __future__ import annotations

import pytest

from diffs.looking.patience import BACK_OFF_MINUTES, seconds_until_next
from diffs.outcomes import Outcome

SOON = {Outcome.LAG, Outcome.UNCONFIRMED, Outcome.MOVED}


def wait(outcome, *, failures=0, is_repeated=False, interval=60, source_interval=3.0):
    return seconds_until_next(
        outcome,
        interval_seconds=interval,
        source_interval_seconds=source_interval,
        failures=failures,
        is_repeated=is_repeated,
    )


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - SOON - {Outcome.UNREACHABLE}))
def test_what_is_settled_is_looked_at_after_an_interval_with_jitter(outcome):
    for _ in range(50):
        assert 51 <= wait(outcome) <= 60


@pytest.mark.parametrize("failures", range(1, 9))
def test_an_address_that_is_away_is_left_alone_for_longer_and_longer(failures):
    minutes = BACK_OFF_MINUTES[min(failures, len(BACK_OFF_MINUTES)) - 1]

    for _ in range(50):
        assert 0.85 * 60 * minutes <= wait(Outcome.UNREACHABLE, failures=failures) <= 60 * minutes


def test_backing_off_is_never_faster_than_the_interval():
    assert wait(Outcome.UNREACHABLE, failures=1, interval=600) >= 510


@pytest.mark.parametrize(
    ("outcome", "seconds"), [(Outcome.LAG, 3), (Outcome.UNCONFIRMED, 6), (Outcome.MOVED, 6)]
)
def test_what_settles_is_looked_at_again_at_once(outcome, seconds):
    assert wait(outcome) == seconds


@pytest.mark.parametrize("outcome", sorted(SOON))
def test_what_settles_for_the_second_time_keeps_the_interval(outcome):
    assert wait(outcome, is_repeated=True) >= 51


@pytest.mark.parametrize("outcome", sorted(SOON))
def test_a_short_interval_is_not_made_longer(outcome):
    assert wait(outcome, interval=2) == 2
