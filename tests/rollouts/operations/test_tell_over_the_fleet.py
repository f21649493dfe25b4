"""A difference is told by its name over the fleet, and what people expect is told to nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import Difference, Review, Variant
from tests.factories import NOW, UserFactory
from tests.rollouts.operations.differing import differs, rounds, titles, watched

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


@pytest.fixture
def variant():
    difference = Difference.objects.create(rollout="routesrv", shape="v1:s", sentence="x")
    return Variant.objects.create(difference=difference, exact=f"v1:{'e' * 32}", key="k")


def shows(target, variant, *, text, seconds=0):
    """Let a target show a variant in words of its own, as where its name stands in a host."""
    occurrence = differs(target, text=text, seconds=seconds)
    occurrence.variant = variant
    occurrence.save()


def expect(variant, **columns):
    variant.review = Review.objects.create(
        difference=variant.difference,
        verdict="expected",
        by=UserFactory.create(),
        at=NOW,
        request_key="k",
        **{"until": NOW + timedelta(days=1), **columns},
    )
    variant.save()


def test_one_difference_in_other_words_at_another_cluster_is_known(variant):
    first, second, *_ = watched(4)
    shows(first, variant, text="at a")
    rounds(60)

    shows(second, variant, text="at b", seconds=100)
    rounds(170)

    assert titles() == ["1 new difference at kube-0"]


def test_one_difference_at_two_clusters_is_one(variant):
    first, second, *_ = watched(5)
    shows(first, variant, text="at a")
    shows(second, variant, text="at b")

    rounds(60)

    assert titles() == ["1 new difference at 2 clusters"]


def test_what_people_expect_is_told_to_nobody(variant):
    expect(variant)
    first, *_ = watched(4)
    shows(first, variant, text="at a")

    rounds(60)

    assert titles() == []


@pytest.mark.parametrize(
    "columns", [{"until": NOW}, {"needs_second": True}], ids=["expired", "not agreed to"]
)
def test_what_is_expected_no_more_or_not_yet_is_told(variant, columns):
    expect(variant, **columns)
    first, *_ = watched(4)
    shows(first, variant, text="at a")

    rounds(60)

    assert titles() == ["1 new difference at kube-0"]


def test_what_was_told_before_it_had_its_name_is_known_after(variant):
    first, *_ = watched(4)
    occurrence = differs(first)
    rounds(60)

    occurrence.variant = variant
    occurrence.save()
    rounds(130)

    assert titles() == ["1 new difference at kube-0"]


def test_it_is_resolved_once_it_is_nowhere(variant):
    first, second, *_ = watched(5)
    shows(first, variant, text="at a")
    shows(second, variant, text="at b")
    rounds(60)

    for occurrence in variant.occurrences.all():
        occurrence.resolved_at = NOW + timedelta(seconds=70)
        occurrence.save()
    rounds(80, 210)

    assert titles()[1:] == ["1 difference resolved"]
