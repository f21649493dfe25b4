"""The states of a difference, each from its moments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from diffs.difference_state import GONE, NEWS, Life, State, state_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOMENT = timedelta(seconds=1)
OLD = Life(NOW - timedelta(days=9))


def test_it_is_new_for_a_day_and_then_ongoing():
    assert state_of(Life(NOW - NEWS + MOMENT), now=NOW) is State.NEW
    assert state_of(Life(NOW - NEWS), now=NOW) is State.ONGOING


@pytest.mark.parametrize(
    ("moment", "state"), [("spread_at", State.ESCALATING), ("returned_at", State.REGRESSED)]
)
def test_that_it_spread_or_came_back_is_news_for_a_day(moment, state):
    assert state_of(replace(OLD, **{moment: NOW - NEWS + MOMENT}), now=NOW) is state
    assert state_of(replace(OLD, **{moment: NOW - NEWS}), now=NOW) is State.ONGOING


def test_that_it_came_back_says_more_than_that_it_spread():
    life = replace(OLD, spread_at=NOW, returned_at=NOW)

    assert state_of(life, now=NOW) is State.REGRESSED


def test_it_is_resolved_once_it_is_gone_for_a_while():
    life = replace(OLD, spread_at=NOW, returned_at=NOW)

    assert state_of(replace(life, gone_at=NOW - GONE), now=NOW) is State.RESOLVED
    assert state_of(replace(life, gone_at=NOW - GONE + MOMENT), now=NOW) is State.REGRESSED
