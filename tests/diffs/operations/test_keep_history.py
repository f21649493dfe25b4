"""The past: a span per change of outcome, never over a time in which nobody looked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import HourRollup, OutcomeSpan
from diffs.models.source import Reads
from diffs.operations.restart_proof import restart_proof
from tests.factories import NOW
from tests.servers import answers
from tests.servers.pair import some_routes

pytestmark = pytest.mark.sqlite


def spans(watched):
    """[(outcome, side, began, ended)], minutes from NOW."""
    return [
        (row.outcome, row.side, *(_minutes(at) for at in (row.began_at, row.ended_at)))
        for row in OutcomeSpan.objects.filter(source=watched.source).order_by("began_at")
    ]


def _minutes(at):
    return None if at is None else (at - NOW).total_seconds() / 60


def test_looks_with_one_outcome_share_a_span(watched):
    for _ in range(4):
        watched.look()

    assert spans(watched) == [("equal", "", 1, None)]


def test_a_change_of_outcome_or_of_its_side_ends_the_span(watched):
    watched.look()
    watched.pair.shadow.behave(answers.html_page())
    watched.look()
    watched.look()
    watched.pair.legacy.behave(answers.html_page())
    watched.look()

    assert spans(watched) == [
        ("equal", "", 1, 2),
        ("not_a_table", "shadow", 2, 4),
        ("not_a_table", "legacy", 4, None),
    ]


def test_a_change_of_epoch_ends_the_span(watched):
    watched.look()
    restart_proof(
        watched.source.pk, reads=Reads.BOTH, is_soaking=True, reason="moved", now=watched.now
    )
    watched.look()

    assert spans(watched) == [("equal", "", 1, 2), ("equal", "", 2, None)]


@pytest.mark.parametrize(("minutes", "count"), [(3, 1), (4, 2)])
def test_a_span_does_not_reach_over_a_time_in_which_nobody_looked(watched, minutes, count):
    watched.look()
    watched.look(after=60 * minutes)

    ended = [(1.0, 1.0), (1.0 + minutes, None)] if count == 2 else [(1.0, None)]
    assert [span[2:] for span in spans(watched)] == ended


def test_backing_off_does_not_cut_the_span_of_an_address_that_is_away(watched):
    watched.pair.legacy.behave(answers.hang_up())
    watched.look()
    watched.look(after=900)

    assert spans(watched) == [("unreachable", "legacy", 1, None)]


def test_a_span_remembers_its_sentence_and_the_comparison_it_began_with(watched):
    watched.pair.legacy.say(some_routes(10, r0='"http://left"'))
    watched.look()

    row = OutcomeSpan.objects.get()
    assert row.comparison.total == 10
    assert row.sentence == watched.state.sentence


def test_each_look_is_counted_in_its_hour(watched):
    watched.look(after=58 * 60)
    watched.look()
    watched.pair.shadow.say(some_routes(10, r0='"http://right"'))
    watched.pair.legacy.say(some_routes(11, r0='"http://left"'))
    watched.look()
    watched.look(after=7)

    before, after = HourRollup.objects.order_by("hour")
    assert (before.hour, after.hour) == (NOW, NOW + timedelta(hours=1))
    assert (before.looks, before.good, before.outcomes) == (2, 2, {"equal": 2})
    assert (after.looks, after.good) == (2, 0)
    assert after.outcomes == {"unconfirmed": 1, "different": 1}
    assert (after.differences_max, after.routes) == (2, 11)


def test_changes_that_both_sides_applied_are_counted_in_the_hour_of_the_agreement(watched):
    watched.look()
    watched.pair.say(some_routes(10, r0='"http://new"', r1='"http://new"'))
    watched.look()

    assert HourRollup.objects.get().changes == 2
