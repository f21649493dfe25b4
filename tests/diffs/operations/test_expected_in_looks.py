"""What people expect to differ: it soaks, and hides nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import Difference, Occurrence, Review, Variant
from diffs.verdicts import Verdict
from tests.factories import UserFactory
from tests.servers.pair import some_routes

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

TEN = some_routes(10)
OTHER = some_routes(10, r3='"http://other"')


def judge(watched, verdict=Verdict.EXPECTED, **columns):
    """Say the same of every variant there is."""
    review = Review.objects.create(
        difference=Difference.objects.get(),
        verdict=verdict,
        by=UserFactory.create(),
        at=watched.now,
        **{"until": watched.now + timedelta(days=30), "request_key": "one", **columns},
    )
    Variant.objects.update(review=review)
    return review


@pytest.fixture
def differing(watched):
    """A source whose sides differ in one route, seen twice."""
    watched.pair.legacy.say(TEN)
    watched.pair.shadow.say(OTHER)
    assert [watched.look(), watched.look(after=7)] == ["unconfirmed", "different"]
    return watched


def test_a_difference_has_its_name_once_it_was_seen_twice(watched):
    watched.pair.legacy.say(TEN)
    watched.pair.shadow.say(OTHER)

    watched.look()
    before = Variant.objects.count()
    watched.look(after=7)

    variant = Variant.objects.get()
    assert before == 0
    assert Occurrence.objects.get().variant == variant
    assert variant.sentence == 'backend network: "http://r3" → "http://other"'
    assert (variant.key, variant.difference.label) == ("r3", "behavioural")


def test_what_people_expect_earns_clean_time(differing):
    judge(differing)

    outcomes = [differing.look(), differing.look()]

    assert outcomes == ["expected", "expected"]
    assert (differing.state.clean_seconds, differing.state.clean_looks) == (60, 2)
    assert (differing.state.differences, differing.state.expected) == (1, 1)
    assert "as people expect" in differing.state.sentence


@pytest.mark.parametrize(
    ("verdict", "columns"),
    [
        (Verdict.BUG, {}),
        (Verdict.NOISE, {}),
        (Verdict.EXPECTED, {"needs_second": True}),
        (Verdict.EXPECTED, {"held_out": ["here"]}),
    ],
    ids=["bug", "noise", "not seconded", "held out"],
)
def test_what_is_not_in_force_is_a_difference(differing, verdict, columns):
    differing.source.labels = {"target": "here"}
    differing.source.save()
    judge(differing, verdict, **columns)

    assert differing.look() == "different"
    assert differing.state.clean_seconds == 0


def test_what_was_expected_up_to_a_date_differs_after_it(differing):
    judge(differing, until=differing.now + timedelta(seconds=90))

    assert [differing.look(), differing.look(), differing.look()] == [
        "expected",
        "different",
        "different",
    ]
    assert differing.state.clean_seconds == 0


def test_another_value_on_the_same_route_is_not_expected(differing):
    judge(differing)
    differing.pair.shadow.say(some_routes(10, r3='"http://yet-another"'))

    outcomes = [differing.look(), differing.look(after=7)]

    assert outcomes == ["unconfirmed", "different"]


def test_another_difference_beside_it_is_a_difference_in_the_end(differing):
    judge(differing)
    assert differing.look() == "expected"
    differing.pair.shadow.say(OTHER | {"r5": '"http://new"'})

    outcomes = [differing.look(), differing.look(after=7), differing.look(after=7)]

    assert outcomes == ["lag", "lag", "different"]
    assert (differing.state.differences, differing.state.expected) == (2, 1)


def test_a_route_that_never_settles_is_seen_beside_it(differing):
    judge(differing)
    outcomes = []

    for n in range(4):
        differing.pair.shadow.say(OTHER | {"r5": f'"http://v{n}"'})
        outcomes.append(differing.look())

    assert outcomes[-1] == "unstable"


def test_a_side_that_is_late_beside_it_is_late(differing):
    judge(differing)
    assert differing.look() == "expected"
    differing.pair.legacy.say(TEN | {"r7": '"http://moved"'})

    outcomes = [differing.look()]
    differing.pair.shadow.say(OTHER | {"r7": '"http://moved"'})
    outcomes.append(differing.look(after=5))

    assert outcomes == ["lag", "expected"]


def test_an_expected_difference_that_joins_later_is_expected_at_once(differing, db):
    judge(differing)
    Occurrence.objects.all().delete()

    assert differing.look() == "expected"
