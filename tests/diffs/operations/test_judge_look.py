"""Looks in a row: what settles, what lags, what never does, and what each is worth."""

from __future__ import annotations

import pytest

from diffs.models import SourceSide
from rollouts.machine import Mode
from rollouts.queries.target_state import target_state
from tests.servers import answers, misbehaving
from tests.servers.pair import some_routes, table_of

pytestmark = pytest.mark.sqlite


def version(number):
    """Ten routes, the first of which has another backend in every version."""
    return some_routes(10, r0=f'"http://v{number}"')


def word(watched):
    return target_state(watched.facts, Mode.SHADOW, now=watched.now).state


@pytest.mark.parametrize(("seconds", "earned"), [(5, 65), (10, 70), (11, 0)])
def test_a_lag_is_good_only_if_both_sides_agree_within_ten_seconds(proven, seconds, earned):
    proven.pair.legacy.say(version(1))
    assert proven.look() == "lag"

    proven.pair.shadow.say(version(1))

    assert proven.look(after=seconds) == "equal"
    assert proven.state.clean_seconds == 60 + earned
    assert proven.state.lag_seconds == seconds
    assert proven.state.lag_since is None


@pytest.mark.parametrize("every", [3, 7, 60])
def test_a_shadow_that_is_one_look_behind_for_ever_differs_and_never_soaks(proven, every):
    outcomes = []
    for number in range(1, 20):
        proven.pair.shadow.say(version(number - 1))
        proven.pair.legacy.say(version(number))
        outcomes.append(proven.look(after=every))

    assert set(outcomes) <= {"lag", "different", "unstable", "stale_source", "unconfirmed"}
    assert {"different", "unstable"} & set(outcomes)
    assert proven.state.clean_seconds == 0
    assert word(proven) == "differs"


def test_a_shadow_that_lags_for_ever_on_one_change_ends_different(proven):
    proven.pair.legacy.say(version(1))

    outcomes = [proven.look(after=after) for after in (60, 3, 3, 5, 3)]

    assert outcomes == ["lag", "lag", "lag", "different", "different"]
    assert proven.state.clean_seconds == 0
    assert proven.state.differences == 1


def test_a_side_that_goes_wrong_and_comes_back_was_not_late(proven):
    proven.pair.shadow.say(version(9))
    assert proven.look() == "lag"
    proven.pair.shadow.say(some_routes(10))
    assert proven.look(after=5) == "equal"
    assert proven.state.clean_seconds == 60

    proven.pair.shadow.say(version(9))

    assert proven.look() == "different"
    assert proven.state.clean_seconds == 0


def test_a_lag_that_was_caught_up_is_held_against_nobody(proven):
    for after in (60, 60, 60):
        proven.pair.legacy.say(version(9))
        assert proven.look(after=after) == "lag"
        proven.pair.shadow.say(version(9))
        assert proven.look(after=5) == "equal"
        proven.pair.say(some_routes(10))
        assert proven.look() == "equal"

    assert proven.state.clean_seconds == 60 + 3 * 125


def test_two_changes_that_cross_are_no_lag(proven):
    proven.pair.legacy.say(some_routes(10, r0='"http://new"'))
    proven.pair.shadow.say(some_routes(10, r1='"http://new"'))

    assert proven.look() == "unconfirmed"


def test_what_lags_is_looked_at_again_after_a_source_interval(proven):
    proven.pair.legacy.say(version(1))

    proven.look()

    assert (proven.state.next_look_at - proven.now).total_seconds() == 3


def both_differ(watched, number=0):
    watched.pair.legacy.say(some_routes(10, r0=f'"http://left{number}"'))
    watched.pair.shadow.say(some_routes(10, r0=f'"http://right{number}"'))


def test_the_second_look_at_a_difference_comes_when_it_may_confirm(proven):
    both_differ(proven)
    proven.look()
    wait = (proven.state.next_look_at - proven.now).total_seconds()

    assert wait == 6
    assert proven.look(after=wait) == "different"


@pytest.mark.parametrize(("seconds", "earned"), [(6, 66), (10, 70), (11, 0), (60, 0)])
def test_a_difference_seen_once_is_worth_no_more_than_a_lag(proven, seconds, earned):
    both_differ(proven)
    assert proven.look() == "unconfirmed"

    proven.pair.say(version(2))

    assert proven.look(after=seconds) == "equal"
    assert proven.state.clean_seconds == 60 + earned


def test_a_difference_first_seen_before_a_long_outage_is_confirmed_by_two_looks_after_it(proven):
    both_differ(proven)
    assert proven.look() == "unconfirmed"

    outcomes = [proven.look(after=after) for after in (25 * 3600, 7)]

    assert outcomes == ["unconfirmed", "different"]


def test_the_same_difference_twice_within_a_day_is_believed_though_they_agreed_between(proven):
    both_differ(proven)
    assert proven.look() == "unconfirmed"
    proven.pair.say(version(1))
    assert proven.look() == "equal"

    both_differ(proven)

    assert proven.look(after=3600) == "different"


def test_a_pod_that_disagrees_with_its_siblings_is_found_by_reading_them_in_turn(proven):
    with misbehaving(answers.routesrv(table_of(version(9)), count=10)) as sibling:
        proven.pair.legacy.say(version(1))
        proven.pair.shadow.say(version(1))
        rows = SourceSide.objects.filter(source=proven.source, side="shadow")
        rows.update(addresses=[proven.pair.shadow.url, sibling.url])

        outcomes = [proven.look() for _ in range(4)]

    assert "different" in outcomes
    assert proven.state.clean_seconds <= 60
