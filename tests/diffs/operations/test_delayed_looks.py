"""A worker that is held up while the sides settle: no soak is reset, and none earned, unproven."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import Occurrence, SourceState
from diffs.operations.record_look import record_look
from tests.servers.pair import some_routes

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def both_differ(watched):
    """Let both sides change one route, each in its own way."""
    watched.pair.legacy.say(some_routes(10, r0='"http://left"'))
    watched.pair.shadow.say(some_routes(10, r0='"http://right"'))


def record_late(watched, *, seconds):
    """Take a look whose worker is held up between reading and recording."""
    begun = watched.begin(after=3)
    seen = watched.see(begun)
    watched.now += timedelta(seconds=seconds)
    later = watched.now + timedelta(seconds=1)
    SourceState.objects.filter(claim=begun.claim).update(claimed_until=later)
    return record_look(begun, seen, now=watched.now)


def test_another_lag_after_a_delay_resets_nothing_and_earns_nothing(proven):
    proven.pair.legacy.say(some_routes(10, r0='"http://new"'))
    assert proven.look() == "lag"
    proven.pair.shadow.say(some_routes(10, r0='"http://new"'))
    proven.pair.legacy.say(some_routes(10, r0='"http://new"', r5='"http://new"'))

    assert proven.look(after=60) == "lag"
    assert proven.state.clean_seconds == 60
    proven.pair.shadow.say(some_routes(10, r0='"http://new"', r5='"http://new"'))
    assert proven.look(after=5) == "equal"

    assert proven.state.clean_seconds == 60
    assert not Occurrence.objects.filter(resolved_at=None).exists()
    assert proven.look() == "equal"
    assert proven.state.clean_seconds == 120


def test_a_look_recorded_a_minute_late_does_not_make_a_lag_a_difference(proven):
    proven.pair.legacy.say(some_routes(10, r0='"http://new"'))
    assert proven.look() == "lag"

    assert record_late(proven, seconds=60) == "unconfirmed"

    proven.pair.shadow.say(some_routes(10, r0='"http://new"'))
    assert proven.look(after=6) == "equal"
    assert proven.state.clean_seconds == 60


def test_what_still_differs_after_a_delay_is_a_difference(proven):
    proven.pair.legacy.say(some_routes(10, r0='"http://new"'))
    assert proven.look() == "lag"

    assert proven.look(after=60) == "different"

    assert proven.state.clean_seconds == 0


def test_what_still_differs_after_a_look_recorded_late_is_a_difference(proven):
    proven.pair.legacy.say(some_routes(10, r0='"http://new"'))
    assert proven.look() == "lag"
    assert record_late(proven, seconds=60) == "unconfirmed"

    assert proven.look(after=6) == "different"


def test_agreement_after_a_delay_earns_nothing_for_it(proven):
    proven.pair.legacy.say(some_routes(10, r0='"http://new"'))
    assert proven.look() == "lag"
    proven.pair.shadow.say(some_routes(10, r0='"http://new"'))

    assert proven.look(after=60) == "equal"

    assert proven.state.clean_seconds == 60


@pytest.mark.parametrize(("seconds", "earned"), [(4, 70), (5, 0)])
def test_a_lag_that_follows_a_difference_seen_once_counts_from_that_one(proven, seconds, earned):
    both_differ(proven)
    assert proven.look() == "unconfirmed"
    proven.pair.legacy.say(some_routes(10, r0='"http://new"'))
    proven.pair.shadow.say(some_routes(10, r0='"http://left"'))
    assert proven.look(after=6) == "lag"

    proven.pair.shadow.say(some_routes(10, r0='"http://new"'))

    assert proven.look(after=seconds) == "equal"
    assert proven.state.clean_seconds == 60 + earned


def test_a_source_that_is_late_look_after_look_is_not_looked_at_for_ever_at_that_pace(proven):
    """Another route at each look, and looks too far apart to tell one lag from many."""
    waits, last = [], some_routes(10)
    for number in range(8):
        proven.pair.shadow.say(last)
        last = some_routes(10, **{f"r{number}": '"http://new"'})
        proven.pair.legacy.say(last)
        assert proven.look(after=11) == "lag"
        waits.append((proven.state.next_look_at - proven.now).total_seconds())

    assert waits[:6] == [3] * 6
    assert min(waits[6:]) >= 51
    assert proven.state.clean_seconds == 60
