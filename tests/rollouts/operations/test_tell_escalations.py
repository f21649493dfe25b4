"""That a difference spreads is told once each time, in the thread that told of it first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import Difference, Review, Variant
from tests.factories import NOW, UserFactory
from tests.rollouts.operations.differing import after, differs, notices, rounds, titles, watched

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


@pytest.fixture
def told():
    """A variant at one of four clusters, of which people were told."""
    difference = Difference.objects.create(
        rollout="routesrv", shape="v1:s", sentence="x", kind="filter", first_seen_at=NOW
    )
    variant = Variant.objects.create(difference=difference, exact=f"v1:{'e' * 32}", key="k")
    first, *_ = watched(4)
    occurrence = differs(first)
    occurrence.variant = variant
    occurrence.save()
    rounds(60)
    return variant


def spreads(variant, seconds):
    Difference.objects.update(spread_at=after(seconds), targets=2, routes=3)


def test_a_spread_is_told_once_in_its_thread(told):
    spreads(told, 4000)

    rounds(4001, 4011, 4500)

    first, second = notices()
    name = told.difference.name
    assert titles()[1] == f"{name} spread, it is at 2 clusters now"
    assert second["thread"] == first["thread"]
    assert second["link"].endswith(f"/differences/{name}/")


def test_each_spread_is_told(told):
    spreads(told, 4000)
    rounds(4001)
    spreads(told, 9000)

    rounds(9001)

    assert len(titles()) == 3


def test_a_spread_of_what_is_expected_is_told_to_nobody(told):
    told.review = Review.objects.create(
        difference=told.difference,
        verdict="expected",
        until=NOW + timedelta(days=1),
        by=UserFactory.create(),
        at=NOW,
        request_key="k",
    )
    told.save()
    spreads(told, 4000)

    rounds(4001)

    assert len(titles()) == 1


def test_a_spread_of_long_ago_is_no_news(told):
    spreads(told, 4000)

    rounds(9000)

    assert len(titles()) == 1
