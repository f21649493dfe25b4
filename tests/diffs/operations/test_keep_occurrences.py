"""The life of a difference at one source: first seen, confirmed, resolved, back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.judge import Patience
from diffs.models import Finding, Occurrence
from diffs.operations.keep_occurrences import forget_lag, keep_occurrences, past_sightings
from tests.factories import NOW, SourceFactory

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


@pytest.fixture
def source():
    Finding.objects.bulk_create(
        Finding(digest=digest, key=digest[0], kind="filter", last_seen_at=NOW)
        for digest in ("a1", "a2", "b1")
    )
    return SourceFactory.create().pk


def keep(source, *digests, confirmed=(), at=0.0, look=1):
    """Keep a comparison `at` seconds from NOW; return how many are confirmed."""
    return keep_occurrences(
        source,
        {digest: digest[0] for digest in digests},
        confirmed=confirmed,
        now=NOW + timedelta(seconds=at),
        look=look,
        variants={},
    )


def rows(source):
    """{digest: (first seen, last seen, looks, confirmed, resolved)}, seconds from NOW."""
    return {
        row.finding_id: (
            (row.first_seen_at - NOW).total_seconds(),
            (row.last_seen_at - NOW).total_seconds(),
            row.seen_looks,
            row.confirmed_at is not None,
            row.resolved_at is not None,
        )
        for row in Occurrence.objects.filter(source=source).order_by("first_seen_at")
    }


def test_lives_from_first_seen_over_confirmed_to_resolved(source):
    assert keep(source, "a1") == 0
    assert keep(source, "a1", "b1", confirmed={"a1"}, at=60, look=2) == 1
    assert rows(source) == {"a1": (0, 60, 2, True, False), "b1": (60, 60, 1, False, False)}

    assert keep(source, "b1", at=120, look=3) == 0

    assert rows(source) == {"a1": (0, 60, 2, True, True), "b1": (60, 120, 2, False, False)}


def test_an_unconfirmed_one_that_left_and_came_back_is_the_same_one(source):
    keep(source, "a1")
    keep(source, at=60)

    keep(source, "a1", at=120)

    assert rows(source) == {"a1": (0, 120, 2, False, False)}


def test_one_that_comes_back_after_more_than_a_day_is_a_new_one(source):
    keep(source, "a1")
    keep(source, at=60)

    keep(source, "a1", at=25 * 3600)

    assert Occurrence.objects.filter(source=source).count() == 2


def test_a_confirmed_one_that_comes_back_within_a_day_is_confirmed_still(source):
    keep(source, "a1")
    keep(source, "a1", confirmed={"a1"}, at=60)
    keep(source, at=120)

    assert keep(source, "a1", at=180) == 1

    assert Occurrence.objects.filter(source=source).count() == 1
    past = past_sightings(source, now=NOW, patience=Patience())
    assert [(one.digest, one.is_confirmed) for one in past] == [("a1", True)]


def test_confirmed_at_is_when_it_was_believed_first(source):
    keep(source, "a1")
    for at in (60, 120):
        keep(source, "a1", confirmed={"a1"}, at=at)

    assert Occurrence.objects.get().confirmed_at == NOW + timedelta(seconds=60)


def test_sources_do_not_share_occurrences(source):
    other = SourceFactory.create().pk
    keep(source, "a1")
    keep(other, "a1")

    keep(source)

    assert rows(source)["a1"][4]
    assert not rows(other)["a1"][4]


def test_a_judgement_is_told_of_present_ones_and_of_those_that_left_in_the_last_day(source):
    keep(source, "a1", "a2")
    keep(source, "a1", "b1", confirmed={"a1"}, at=60, look=2)

    def told(after):
        past = past_sightings(source, now=NOW + timedelta(seconds=after), patience=Patience())
        return {one.digest: (one.is_confirmed, one.first_look) for one in past}

    present = {"a1": (True, 1), "b1": (False, 2)}
    assert told(3600) == present | {"a2": (False, 1)}
    assert told(24 * 3600 + 30) == present


def test_a_lag_that_is_over_is_forgotten_but_nothing_from_before_it(source):
    keep(source, "a1")
    keep(source, "a1", "a2", "b1", confirmed={"b1"}, at=60)

    forget_lag(source, since=NOW + timedelta(seconds=60))

    assert set(rows(source)) == {"a1", "b1"}


def test_more_differences_than_a_query_may_name_are_kept_and_resolved(source):
    digests = [f"{n:032x}" for n in range(1200)]
    Finding.objects.bulk_create(
        Finding(digest=digest, key="x", kind="filter", last_seen_at=NOW) for digest in digests
    )

    keep(source, *digests)
    assert keep(source, *digests, confirmed=set(digests), at=60) == 1200
    assert keep(source, at=120) == 0
