"""What of sources goes into the evidence of a step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diffs.models import Difference, Finding, Occurrence, Review, SelfTest, SourceSide, Variant
from diffs.outcomes import UNTESTED
from diffs.queries.evidence import (
    addresses_of,
    present_verdicts,
    untrusted_because,
    why_untrusted,
)
from diffs.verdicts import Verdict
from diffs.versions import BUILD
from tests.factories import NOW, SourceFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def seen(source, digest, **columns):
    """Let a source show a confirmed difference."""
    Finding.objects.get_or_create(
        digest=digest, defaults={"key": "a", "kind": "changed", "last_seen_at": NOW}
    )
    row = {"first_seen_at": NOW, "first_look": 1, "last_seen_at": NOW, "confirmed_at": NOW}
    Occurrence.objects.create(source=source, finding_id=digest, key="a", **{**row, **columns})


def test_the_fingerprints_are_those_confirmed_and_present_sorted_by_source():
    one, other, none = (SourceFactory.create() for _ in range(3))
    seen(one, "f2")
    seen(one, "f1")
    seen(one, "gone", resolved_at=NOW)
    seen(one, "seen once", confirmed_at=None)
    seen(other, "f1")

    found = present_verdicts([one.pk, other.pk, none.pk], now=NOW)

    assert {source: list(each) for source, each in found.items()} == {
        one.pk: ["f1", "f2"],
        other.pk: ["f1"],
    }


def test_the_fingerprints_of_other_sources_are_not_told():
    one, other = SourceFactory.create(), SourceFactory.create()
    seen(other, "f1")

    assert present_verdicts([one.pk], now=NOW) == {}


def test_a_difference_that_left_and_came_back_is_told_once():
    source = SourceFactory.create()
    seen(source, "f1", resolved_at=NOW)
    seen(source, "f1")

    assert present_verdicts([source.pk], now=NOW) == {source.pk: {"f1": "open"}}


def test_a_difference_goes_by_its_name_with_the_verdict_that_is_in_force_there():
    here, held_out = (SourceFactory.create(labels={"target": name}) for name in ("a", "b"))
    difference = Difference.objects.create(rollout="r", shape="v1:s", sentence="x")
    review = Review.objects.create(
        difference=difference,
        verdict=Verdict.EXPECTED,
        until=NOW + timedelta(seconds=1),
        held_out=["b"],
        by=UserFactory.create(),
        at=NOW,
        request_key="k",
    )
    variant = Variant.objects.create(difference=difference, exact="v1:e", key="a", review=review)
    seen(here, "f1", variant=variant)
    seen(held_out, "f1", variant=variant)
    sources = [here.pk, held_out.pk]

    found = present_verdicts(sources, now=NOW)
    after = present_verdicts(sources, now=NOW + timedelta(seconds=1))

    assert found == {here.pk: {"v1:e": "expected"}, held_out.pk: {"v1:e": "open"}}
    assert after == {here.pk: {"v1:e": "open"}, held_out.pk: {"v1:e": "open"}}


def test_the_addresses_are_those_of_both_sides_in_their_order():
    source = SourceFactory.create(
        legacy=["http://b:1/routes", "http://a:1/routes"], shadow="http://c:2/routes"
    )
    SourceFactory.create()

    assert addresses_of([source.pk]) == {
        source.pk: {
            "legacy": ("http://b:1/routes", "http://a:1/routes"),
            "shadow": ("http://c:2/routes",),
        }
    }


def test_no_address_tells_a_secret():
    source = SourceFactory.create()
    SourceSide.objects.filter(source=source).update(
        addresses=["http://somebody:canary-word@a:1/routes"]
    )

    assert "canary-word" not in str(addresses_of([source.pk]))
    assert "a:1/routes" in str(addresses_of([source.pk]))


def test_many_sources_take_one_query_each():
    ids = [SourceFactory.create().pk for _ in range(5)]

    with CaptureQueriesContext(connection) as queries:
        present_verdicts(ids, now=NOW)
        addresses_of(ids)

    assert len(queries) == 2


@pytest.mark.parametrize(
    ("build", "failure", "why"),
    [
        (BUILD, "It missed one.", "It missed one."),
        (BUILD, "", ""),
        ("older", "It missed one.", UNTESTED),
        ("older", "", UNTESTED),
    ],
)
def test_nothing_is_trusted_but_by_a_passed_self_test_of_this_build(build, failure, why):
    SelfTest.objects.create(build=build, at=NOW, failure=failure)

    told = untrusted_because().values_list("failure", flat=True).first()

    assert why_untrusted(told) == why
