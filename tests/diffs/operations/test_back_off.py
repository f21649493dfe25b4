"""Who fails is left alone for longer and longer, so that it holds up nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from diffs.models import SelfTest, SideState, SourceState
from diffs.operations.ask_for_look import ask_for_look
from diffs.operations.record_look import record_look
from diffs.versions import BUILD
from tests.factories import NOW, SourceFactory
from tests.servers import answers
from tests.servers.pair import some_routes

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def test_a_look_that_is_asked_for_comes_at_once_and_forgets_no_failure():
    later = NOW + timedelta(minutes=15)
    one = SourceFactory.create(state_next_look_at=later, state_failures=5)
    other = SourceFactory.create(state_next_look_at=later, state_failures=5)

    assert ask_for_look([one.pk], now=NOW) == 1

    waiting = {row.source_id: row for row in SourceState.objects.all()}
    assert (waiting[one.pk].next_look_at, waiting[one.pk].failures) == (NOW, 5)
    assert (waiting[other.pk].next_look_at, waiting[other.pk].failures) == (later, 5)


def test_a_back_off_goes_on_after_a_look_that_was_asked_for(proven):
    proven.pair.legacy.behave(answers.hang_up())
    proven.look()
    proven.look()

    ask_for_look([proven.source.pk], now=proven.now)
    proven.look()

    wait = (proven.state.next_look_at - proven.now).total_seconds()
    assert proven.state.failures == 3
    assert 0.85 * 240 <= wait <= 240


@pytest.mark.parametrize("answer", [answers.html_page, answers.not_loaded, answers.short_of_length])
@pytest.mark.parametrize(("seconds", "minutes"), [(10.0, (1, 2, 4)), (9.9, (1, 1, 1))])
def test_what_is_no_table_backs_off_only_where_it_takes_long(proven, answer, seconds, minutes):
    """The deadline of a side is 20 s; the looks themselves are quick, and say they were not."""
    proven.pair.shadow.behave(answer())
    for most in minutes:
        begun = proven.begin(after=60)
        seen = replace(proven.see(begun), read_seconds=seconds)
        record_look(begun, seen, now=proven.now)
        wait = (proven.state.next_look_at - proven.now).total_seconds()
        assert 0.85 * 60 * most <= wait <= 60 * most
    assert proven.state.failures == (3 if seconds == 10 else 0)

    proven.pair.say(some_routes(10))

    assert proven.look() == "equal"
    assert proven.state.failures == 0


@pytest.mark.parametrize("side", ["legacy", "shadow"])
def test_a_table_that_is_read_slowly_but_whole_keeps_its_rhythm(proven, side):
    getattr(proven.pair, side).say(some_routes(11))
    begun = proven.begin(after=60)

    record_look(begun, replace(proven.see(begun), read_seconds=39.0), now=proven.now)

    assert proven.state.failures == 0


def test_an_address_that_hangs_backs_off_under_whatever_name_the_look_is_told(proven):
    SelfTest.objects.create(build=BUILD, at=NOW, failure="The self-test found nothing.")
    proven.pair.legacy.behave(answers.hang_up())

    assert proven.look() == "untrusted"
    assert proven.state.failures == 1


def test_an_address_that_is_away_backs_off_and_comes_back_at_once(proven):
    proven.pair.legacy.behave(answers.hang_up())
    waits = []
    for _ in range(3):
        proven.look()
        waits.append((proven.state.next_look_at - proven.now).total_seconds())
    proven.pair.say(some_routes(10))

    proven.look()

    minutes = [wait / 60 for wait in waits]
    assert all(0.85 <= wait / most <= 1 for wait, most in zip(minutes, (1, 2, 4), strict=True))
    assert minutes == sorted(minutes)
    assert (proven.state.failures, proven.state.outcome) == (0, "equal")
    assert SideState.objects.filter(problem="").count() == 2
