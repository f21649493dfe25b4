"""A side that is quiet for longer than it ever was is stale, though both sides agree."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import SideState
from diffs.operations.restart_proof import forget_sides
from diffs.outcomes import Side
from diffs.queries.source_sides import source_sides
from diffs.quiet import LEAST_MOVES, WEEKEND, unpacked
from tests.servers.pair import some_routes

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

HOUR = 3600.0


def version(number):
    return some_routes(10, r0=f'"http://v{number}"')


@pytest.fixture
def lively(watched):
    """A source whose table changed at each look so far, often enough to be known."""
    for number in range(LEAST_MOVES + 1):
        watched.pair.say(version(number))
        assert watched.look() == "equal"
    return watched


def test_both_sides_quiet_for_longer_than_ever_are_stale_and_say_for_how_long(lively):
    assert lively.look(after=WEEKEND.total_seconds()) == "equal"

    assert lively.look() == "stale_source"

    assert lively.state.sentence == (
        "The legacy side has said the same for 3 d 1 min, and changed at every look before, 20"
        " times. Does it still read its source?"
    )
    assert lively.state.side == Side.LEGACY
    assert lively.state.last_good_at is None


def test_a_change_ends_the_alarm_and_is_part_of_the_history_from_then_on(lively):
    lively.look(after=WEEKEND.total_seconds())
    assert lively.look() == "stale_source"

    lively.pair.say(version(99))

    assert lively.look() == "equal"
    history = unpacked(lively.side(Side.LEGACY).quiet)
    assert history.longest == WEEKEND + timedelta(seconds=60)
    assert lively.look(after=2 * WEEKEND.total_seconds()) == "equal"


def test_an_idle_table_is_never_called_stale(watched):
    assert watched.look() == "equal"

    assert [watched.look(after=200 * HOUR) for _ in range(4)] == ["equal"] * 4
    assert unpacked(watched.side(Side.SHADOW).quiet).moves == 0


def test_a_time_in_which_nobody_looked_makes_no_quiet_time_longer(lively):
    lively.pair.say(version(50))

    assert lively.look(after=50 * HOUR) == "equal"

    assert unpacked(lively.side(Side.LEGACY).quiet).longest == timedelta(0)


def test_the_history_of_another_address_is_forgotten(lively):
    forget_sides(lively.source.pk, [Side.SHADOW])

    assert unpacked(lively.side(Side.SHADOW).quiet).moves == 0
    assert unpacked(lively.side(Side.LEGACY).quiet).moves == LEAST_MOVES
    assert lively.look() == "equal"
    assert unpacked(lively.side(Side.SHADOW).quiet).moves == 0


def test_a_table_whose_last_reading_was_forgotten_has_not_moved(lively):
    SideState.objects.update(digest="")

    assert lively.look(after=HOUR) == "equal"

    assert unpacked(lively.side(Side.LEGACY).quiet).moves == LEAST_MOVES


def test_one_side_alone_is_told_as_itself(lively):
    forget_sides(lively.source.pk, [Side.LEGACY])
    lively.look()

    lively.look(after=WEEKEND.total_seconds())
    assert lively.look() == "stale_source"
    assert lively.state.side == Side.SHADOW


def test_the_page_of_a_side_knows_when_it_would_be_told(lively):
    legacy, _ = source_sides(lively.source.pk, now=lively.now)

    assert legacy.quiet_limit == WEEKEND
    assert source_sides(lively.source.pk)[0].quiet_limit is None


def test_a_side_that_moves_while_the_other_stands_is_told_as_before(lively):
    for number in range(6):
        lively.pair.shadow.say(version(200 + number))
        outcome = lively.look()

    assert outcome == "stale_source"
    assert "looks in which the other side did" in lively.state.sentence
