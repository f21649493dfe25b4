"""Looks in a row: what settles, what lags, what never does, and what each is worth."""

from __future__ import annotations

import pytest

from diffs.looking.order import Seen
from diffs.models import SourceSide
from diffs.operations.acknowledge_table import NothingToAcknowledge, acknowledge_table
from diffs.operations.record_look import record_look
from diffs.outcomes import Outcome, Side
from rollouts.machine import Mode
from rollouts.queries.target_state import target_state
from tests.diffs.watched import Watched
from tests.servers import answers, misbehaving
from tests.servers.pair import some_routes, table_of

pytestmark = pytest.mark.sqlite


def version(number):
    """Ten routes, the first of which has another backend in every version."""
    return some_routes(10, r0=f'"http://v{number}"')


@pytest.fixture
def proven(watched):
    """The source after two equal looks: 60 s clean."""
    assert [watched.look(), watched.look()] == ["equal", "equal"]
    return watched


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
    assert "different" in outcomes
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


def test_a_change_between_the_two_readings_of_legacy_is_read_again_within_the_look(proven):
    proven.pair.legacy.say_next(version(1), version(2))
    proven.pair.shadow.say(version(2))
    asked = proven.pair.legacy.asked

    begun = proven.begin(after=60)
    seen = proven.see(begun)

    assert record_look(begun, seen, now=proven.now) == "equal"
    assert seen.rereads == 1
    assert proven.pair.legacy.asked - asked == 3


def test_a_legacy_side_that_never_rests_is_moved_after_three_more_tries(proven):
    proven.pair.legacy.say_next(*(version(n) for n in range(20)))
    asked = proven.pair.legacy.asked

    assert proven.look() == "moved"

    assert proven.pair.legacy.asked - asked == 8
    assert (word(proven), proven.state.pause) == ("clean", "moved")


def test_a_word_is_not_kept_while_nothing_settles(proven):
    proven.pair.legacy.say_next(*(version(n) for n in range(200)))

    assert proven.look() == "moved"
    assert word(proven) == "clean"
    outcomes = [proven.look() for _ in range(3)]

    assert outcomes == ["moved"] * 3
    assert word(proven) == "stale"


def test_agreement_is_never_concluded_from_the_absence_of_findings(watched):
    begun = watched.begin()
    seen = watched.see(begun)

    outcome = record_look(
        begun, Seen(seen.legacy, seen.shadow, None, is_equal=False), now=watched.now
    )

    assert outcome is Outcome.UNTRUSTED
    assert "cannot be trusted" in watched.state.sentence


@pytest.mark.django_db
def test_a_change_is_told_from_lag_though_another_source_had_read_the_body_before(pair):
    """Legacy goes v0, v1, v0, v2; whoever keeps the lines of v1 beside v0 miscounts."""
    other, watched = Watched.over(pair), Watched.over(pair)
    for number in (0, 1):
        pair.say(version(number))
        other.look()
    pair.say(version(0))
    assert watched.look() == "equal"
    pair.say(version(1))
    assert watched.look() == "equal"
    pair.say(version(0))
    assert watched.look() == "equal"
    assert watched.state.clean_changes == 2

    pair.legacy.say(version(2))

    assert watched.look() == "lag"


def test_changes_are_counted_once_both_sides_agree_about_them(proven):
    changed = some_routes(11, r0='"http://new"', r1='"http://new"')
    proven.pair.legacy.say(changed)
    assert proven.look() == "lag"
    assert proven.state.clean_changes == 0

    proven.pair.shadow.say(changed)
    assert proven.look(after=5) == "equal"

    assert proven.state.clean_changes == 3


def test_the_sides_need_not_be_asked_for_what_they_said_before(proven):
    assert proven.pair.shadow.server.asked[-1].headers["if-none-match"] == answers.etag_of(
        table_of(some_routes(10))
    )


def test_in_exec_agreement_is_following_and_earns_nothing(watched):
    watched.source.is_soaking = False
    watched.source.save()

    assert [watched.look(), watched.look()] == ["equal", "equal"]

    assert target_state(watched.facts, Mode.EXEC, now=watched.now).state == "follows"
    assert (watched.state.clean_seconds, watched.state.clean_looks) == (0, 0)
    assert "mode shadow" in watched.state.pause


@pytest.mark.parametrize("side", list(Side))
def test_a_table_that_shrank_stays_suspect_until_somebody_acknowledges_it(proven, side):
    proven.pair.say(some_routes(10))
    getattr(proven.pair, side).say(some_routes(7))
    assert [proven.look(), proven.look()] == ["suspect", "suspect"]
    assert proven.side(side).good_routes == 10

    assert acknowledge_table(proven.source.pk, now=proven.now) == (side, 10, 7)

    proven.pair.say(some_routes(7))
    outcome = proven.look()
    if outcome == "suspect":
        acknowledge_table(proven.source.pk, now=proven.now)
        outcome = proven.look()
    assert outcome == "equal"
    assert proven.state.clean_seconds == 60


def test_there_is_nothing_to_acknowledge_where_nothing_is_suspect(proven):
    with pytest.raises(NothingToAcknowledge):
        acknowledge_table(proven.source.pk, now=proven.now)


def test_an_emptied_table_that_was_acknowledged_still_agrees_with_nothing(proven):
    for side in (proven.pair.legacy, proven.pair.shadow):
        side.behave(answers.answer(b"// all gone"))
    assert proven.look() == "suspect"

    acknowledge_table(proven.source.pk, now=proven.now)

    assert proven.look() == "not_ready"


@pytest.mark.parametrize("routes", [9, 8])
def test_a_truncated_table_is_not_the_measure_of_the_next_one(proven, routes):
    body = table_of(some_routes(routes))
    proven.pair.shadow.say_bytes(body, count=10)
    assert proven.look() == "truncated"

    assert proven.side(Side.SHADOW).good_routes == 10


def test_a_metrics_page_that_fails_once_does_not_hide_the_next_error(proven):
    page = 'routesrv_custom_total{{key="routes.fetch_errors"}} {}\n'
    pages = [
        answers.answer(page.format(3).encode()),
        answers.answer(status=500),
        answers.answer(page.format(4).encode()),
        answers.answer(page.format(4).encode()),
    ]
    with misbehaving(*pages) as server:
        rows = SourceSide.objects.filter(source=proven.source, side="shadow")
        rows.update(metrics=server.url_as("127.0.0.1", "/metrics"))

        outcomes = [proven.look() for _ in range(4)]

    assert outcomes == ["equal", "equal", "stale_source", "equal"]
