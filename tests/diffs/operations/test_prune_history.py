"""Which part of the past is forgotten, and when: spans, comparisons, what nobody said a word of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import (
    Comment,
    Comparison,
    Difference,
    Finding,
    HourRollup,
    Occurrence,
    OutcomeSpan,
    Review,
    Rule,
    SideState,
    Snapshot,
    Variant,
)
from diffs.operations.prune import prune
from diffs.operations.store_body import store_body
from diffs.retention import LATEST_SPANS
from diffs.verdicts import Verdict
from ledger.clock import database_now
from tests.factories import NOW, SourceFactory, UserFactory

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def ago(days):
    return NOW - timedelta(days=days)


@pytest.fixture
def source():
    return SourceFactory.create()


def span(source, began, ended, **columns):
    """Write a span; times in days ago."""
    return OutcomeSpan.objects.create(
        source=source,
        outcome="equal",
        epoch=1,
        began_at=ago(began),
        ended_at=None if ended is None else ago(ended),
        **columns,
    )


def present(model):
    return set(model.objects.values_list("pk", flat=True))


def test_spans_go_ninety_days_after_their_end(source):
    old, young = span(source, 200, 91), span(source, 91, 89)
    latest = [span(source, 89 - at, 88 - at) for at in range(LATEST_SPANS)]

    assert prune(now=NOW)["spans"] == 1
    assert present(OutcomeSpan) == {young.pk, *(row.pk for row in latest)} - {old.pk}


def test_the_last_changes_of_each_source_stay_however_old_they_are(source):
    other = span(SourceFactory.create(), 900, 899)
    old = [span(source, 900 - at, 899 - at) for at in range(LATEST_SPANS + 3)]

    assert prune(now=NOW)["spans"] == 3
    assert present(OutcomeSpan) == {other.pk, *(row.pk for row in old[3:])}


def test_what_lasts_is_never_forgotten(source):
    lasting = span(source, 900, None)
    for at in range(LATEST_SPANS + 1):
        span(source, 80 - at, 79 - at)

    prune(now=NOW)

    assert lasting.pk in present(OutcomeSpan)


def comparison(name, days):
    """Write a comparison of two bodies that nothing takes away; it was looked up days ago."""
    legacy, shadow = (
        store_body((name + side) * 32, b"body", like=None, now=NOW) for side in ("1", "2")
    )
    return Comparison.objects.create(
        legacy=legacy,
        shadow=shadow,
        rules_digest="r",
        comparer="c",
        total=2,
        matched=1,
        findings=b"",
        compared_at=ago(days),
    )


def test_comparisons_go_fourteen_days_after_a_look_came_to_them():
    young, old = comparison("a", 13), comparison("b", 15)

    assert prune(now=NOW)["comparisons"] == 1
    assert present(Comparison) == {young.pk} - {old.pk}
    assert Snapshot.objects.count() == 4


def test_a_comparison_that_a_span_names_stays_as_long_as_the_span(source):
    named = comparison("a", 80)
    span(source, 80, 79, comparison=named)

    assert prune(now=NOW)["comparisons"] == 0
    for at in range(LATEST_SPANS):
        span(source, 70 - at, 69 - at)
    deleted = prune(now=NOW + timedelta(days=12))

    assert (deleted["spans"], Comparison.objects.count()) == (1, 0)


def variant(name, **columns):
    """Write a difference with one variant, of which nobody has said anything."""
    at = ago(3)
    difference = Difference.objects.create(
        **{"rollout": "routesrv", "shape": name, "kind": "filter", "named_at": at, **columns}
    )
    return Variant.objects.create(difference=difference, exact=name, key="r0", named_at=at)


def test_a_difference_that_is_gone_for_ninety_days_is_forgotten_with_its_variants():
    variant("young", first_seen_at=ago(99), gone_at=ago(89))
    variant("old", first_seen_at=ago(99), gone_at=ago(91))

    deleted = prune(now=NOW)

    assert (deleted["variants"], deleted["differences"]) == (2, 1)
    assert Difference.objects.get().shape == "young"


def test_a_difference_that_was_never_believed_goes_once_nothing_shows_it(source):
    row = variant("doubted")
    finding = Finding.objects.create(digest="d", key="r0", kind="filter", last_seen_at=NOW)
    seen = Occurrence.objects.create(
        source=source,
        finding=finding,
        key="r0",
        first_seen_at=ago(3),
        first_look=1,
        last_seen_at=ago(3),
        variant=row,
    )

    assert prune(now=NOW)["differences"] == 0
    seen.delete()

    assert prune(now=NOW)["differences"] == 1


@pytest.mark.parametrize(("hours", "stays"), [(47, True), (49, False)])
def test_what_was_named_a_moment_ago_is_left_alone_until_something_can_show_it(hours, stays):
    named_at = NOW - timedelta(hours=hours)
    Variant.objects.filter(pk=variant("of variant").pk).update(named_at=named_at)
    alone = variant("of difference", named_at=named_at)
    alone.delete()

    prune(now=NOW)

    assert Variant.objects.exists() == stays
    assert Difference.objects.filter(shape="of difference").exists() == stays


def test_when_something_is_named_is_told_by_the_database():
    rows = Difference.objects.bulk_create([Difference(rollout="r", shape="s", kind="filter")])

    named_at = Difference.objects.get(pk=rows[0].pk).named_at
    assert timedelta(0) <= database_now() - named_at < timedelta(minutes=5)


@pytest.fixture
def gone():
    return variant("gone", first_seen_at=ago(400), gone_at=ago(300))


def test_what_people_said_of_a_difference_keeps_it(gone):
    bob = UserFactory.create(username="bob")
    said = {
        "comment": lambda: Comment.objects.create(
            difference=gone.difference, by=bob, at=ago(300), text="Seen."
        ),
        "verdict": lambda: Review.objects.create(
            difference=gone.difference, verdict=Verdict.BUG, by=bob, at=ago(300), request_key="k"
        ),
        "rule": lambda: Rule.objects.create(
            content={}, author=bob, owner=bob, made_at=ago(300), expires_at=ago(200),
            made_from=gone.difference, request_key="r",
        ),
    }  # fmt: skip

    for say in said.values():
        word = say()
        prune(now=NOW)
        assert Difference.objects.count() == 1
        word.delete()
    Difference.objects.update(owner=bob)
    prune(now=NOW)

    assert Difference.objects.count() == 1
    Difference.objects.update(owner=None)
    assert prune(now=NOW)["differences"] == 1


def test_a_variant_with_a_verdict_stays(gone):
    bob = UserFactory.create(username="bob")
    review = Review.objects.create(
        difference=gone.difference, verdict=Verdict.BUG, by=bob, at=ago(300), request_key="k"
    )
    Variant.objects.update(review=review)
    assert prune(now=NOW)["variants"] == 0

    Variant.objects.update(review=None)
    undone = review.reviewed.create(variant=gone)
    assert prune(now=NOW)["variants"] == 0
    undone.delete()

    assert prune(now=NOW)["variants"] == 1


def test_a_year_of_one_source_leaves_ninety_days_of_hours_and_little_else(source):
    HourRollup.objects.bulk_create(
        HourRollup(source=source, hour=NOW - timedelta(hours=at), looks=60, outcomes={"equal": 60})
        for at in range(365 * 24)
    )
    for at in range(100):
        span(source, 365 - at, 364 - at)

    prune(now=NOW, seconds=600)

    assert HourRollup.objects.count() == 90 * 24 + 13
    assert source.days.count() == 365 - 90
    assert sum(source.days.values_list("looks", flat=True)) == 60 * (365 * 24 - 90 * 24 - 13)
    assert OutcomeSpan.objects.count() == LATEST_SPANS
    assert not SideState.objects.exists()
