"""The page of a target: what is folded, and from when its charts begin."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import HourRollup, OutcomeSpan, SourceState
from diffs.queries.source_history import Span
from rollouts.queries.first_look import first_look_at
from rollouts.queries.target_page import folded, target_page
from tests.factories import NOW, TargetFactory


def span(outcome, minutes, *, side="", sentence=""):
    """Return a span that began so many minutes ago."""
    return Span(outcome, side, sentence, NOW - timedelta(minutes=minutes), None)


def test_neighbours_that_say_the_same_are_one_entry_since_the_oldest():
    newest, *older = folded(
        (
            span("refused", 1, side="shadow", sentence="as it is now"),
            span("refused", 5, side="shadow", sentence="as it was"),
            span("refused", 7, side="legacy"),
            span("equal", 9),
            span("refused", 11, side="legacy"),
        )
    )

    assert (newest.sentence, newest.began_at) == ("as it is now", NOW - timedelta(minutes=5))
    assert [(one.outcome, one.side) for one in older] == [
        ("refused", "legacy"),
        ("equal", ""),
        ("refused", "legacy"),
    ]


@pytest.mark.django_db
def test_a_change_of_mode_leaves_one_entry_on_the_page():
    target = TargetFactory.create()
    for epoch, minutes in ((1, 30), (2, 20), (3, 10)):
        OutcomeSpan.objects.create(
            source=target.source,
            outcome="equal",
            epoch=epoch,
            began_at=NOW - timedelta(minutes=minutes),
            ended_at=NOW - timedelta(minutes=minutes - 10) if epoch < 3 else None,
        )

    page = target_page(target, now=NOW, is_watched=True)

    assert [one.at for one in page.happened] == [NOW - timedelta(minutes=30)]
    assert page.since == first_look_at([target.source_id]) == NOW - timedelta(minutes=30)


@pytest.mark.django_db
def test_before_the_first_look_nothing_has_begun():
    assert first_look_at([TargetFactory.create().source_id]) is None


@pytest.mark.django_db
@pytest.mark.parametrize("total", [0, 120])
def test_what_was_never_compared_has_no_count_of_differences(total):
    target = TargetFactory.create()
    SourceState.objects.filter(source=target.source).update(total=total)
    HourRollup.objects.create(source=target.source, hour=NOW, differences_max=0)

    page = target_page(target, now=NOW, is_watched=True)

    assert len(page.difference_points) == bool(total)
