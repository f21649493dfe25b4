"""Looks in a row that are doubted, or count for another reason than agreement."""

from __future__ import annotations

import pytest

from diffs.looking.order import Seen
from diffs.models import SourceSide
from diffs.operations.acknowledge_table import NothingToAcknowledge, acknowledge_table
from diffs.operations.record_look import record_look
from diffs.outcomes import Outcome, Side
from diffs.soak import PAUSES
from rollouts.machine import Mode
from rollouts.queries.target_state import target_state
from tests.diffs.watched import Watched
from tests.servers import answers, misbehaving
from tests.servers.pair import some_routes, table_of

pytestmark = pytest.mark.sqlite


def version(number):
    """Ten routes, the first of which has another backend in every version."""
    return some_routes(10, r0=f'"http://v{number}"')


def word(watched):
    return target_state(watched.facts, Mode.SHADOW, now=watched.now).state


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
    assert (word(proven), proven.state.pause) == ("clean", PAUSES[Outcome.MOVED])


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
    assert proven.state.clean_kinds == {"added": 1, "changed": 2}


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


def test_what_a_difference_sets_to_zero_forgets_the_kinds_of_changes_as_well(proven):
    fewer = some_routes(9)
    proven.pair.say(fewer)
    assert proven.look() == "equal"
    assert proven.state.clean_kinds == {"removed": 1}

    proven.pair.shadow.say(fewer | {"r0": '"http://wrong"'})
    proven.look()
    proven.look(after=20)
    assert proven.state.outcome == "different"

    assert proven.state.clean_kinds == {}
