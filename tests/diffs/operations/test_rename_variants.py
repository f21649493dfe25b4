"""Another way of naming findings takes verdicts along, and never to what nobody judged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs import fingerprint
from diffs.models import Difference, Occurrence, Review, Variant
from diffs.operations.keep_findings import keep_findings
from diffs.operations.rename_variants import rename_variants
from diffs.report import Finding, Kind
from tests.factories import NOW, SourceFactory, UserFactory

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

TEXT = 'Path("/a") -> flowId("{}") -> "http://a"'


@pytest.fixture
def old():
    return Difference.objects.create(
        rollout="r", shape="v0:s", format="eskip", kind="filter", label="behavioural", sentence="x"
    )


@pytest.fixture
def source():
    return SourceFactory.create(labels={"rollout": "r", "cluster": "kube-1"})


def variant(difference, exact, review=None):
    return Variant.objects.create(difference=difference, exact=exact, key="k", review=review)


def review(difference, verdict="expected"):
    return Review.objects.create(
        difference=difference,
        verdict=verdict,
        until=NOW + timedelta(days=1),
        by=UserFactory.create(),
        at=NOW,
        request_key=f"{Review.objects.count()}",
    )


def shows(source, variant, value, key="route"):
    finding = Finding(key, Kind.FILTER, TEXT.format("reuse"), TEXT.format(value))
    (digest,) = keep_findings([finding], now=NOW)
    return Occurrence.objects.create(
        source=source,
        finding_id=digest,
        variant=variant,
        key=key,
        first_look=1,
        first_seen_at=NOW,
        last_seen_at=NOW,
        confirmed_at=NOW,
    )


def reviews_now():
    """The review of each variant that an occurrence has."""
    rows = Occurrence.objects.order_by("pk").select_related("variant")
    return [row.variant.review_id for row in rows]


def test_a_verdict_goes_along_and_the_difference_keeps_its_number(old, source):
    said = review(old)
    shows(source, variant(old, "v0:a", said), "renew")

    assert rename_variants() == 1

    occurrence = Occurrence.objects.get()
    old.refresh_from_db()
    assert occurrence.variant.exact.startswith("v1:")
    assert (occurrence.variant.difference, occurrence.variant.review) == (old, said)
    assert old.shape.startswith("v1:")
    assert rename_variants() == 0


def test_what_is_told_apart_now_takes_the_verdict_it_stood_under(old, source):
    said = review(old)
    one = variant(old, "v0:a", said)
    shows(source, one, "renew")
    shows(source, one, "other")

    rename_variants()

    assert reviews_now() == [said.pk, said.pk]
    assert Occurrence.objects.values("variant").distinct().count() == 2


@pytest.mark.parametrize("other", ["bug", None], ids=["another verdict", "none"])
def test_what_comes_together_from_different_verdicts_is_open(old, source, other):
    second = review(old, other) if other else None
    shows(source, variant(old, "v0:a", review(old)), "renew")
    shows(
        SourceFactory.create(labels={"rollout": "r", "cluster": "kube-2"}),
        variant(old, "v0:b", second),
        "renew",
    )

    rename_variants()

    assert reviews_now() == [None, None]
    assert Occurrence.objects.values("variant").distinct().count() == 1


def test_a_verdict_of_the_new_name_stays_only_where_the_old_ones_agree(old, source):
    occurrence = shows(source, variant(old, "v0:a", review(old)), "renew")
    rename_variants()
    named = Occurrence.objects.get().variant
    Variant.objects.filter(pk=named.pk).update(review=review(old, "bug"))
    Occurrence.objects.filter(pk=occurrence.pk).update(variant=Variant.objects.get(exact="v0:a"))

    rename_variants()

    assert reviews_now() == [None]


def test_what_falls_apart_into_shapes_keeps_the_number_for_one_of_them(old, source):
    one = variant(old, "v0:a")
    shows(source, one, "renew")
    path = Finding("p", Kind.PREDICATE, 'Path("/a") -> "http://a"', 'Path("/b") -> "http://a"')
    (digest,) = keep_findings([path], now=NOW)
    Occurrence.objects.create(
        source=source,
        finding_id=digest,
        variant=one,
        key="p",
        first_look=1,
        first_seen_at=NOW,
        last_seen_at=NOW,
    )

    rename_variants()

    assert Difference.objects.count() == 2
    assert Difference.objects.filter(pk=old.pk, shape__startswith="v1:").exists()


def test_names_of_this_version_stay_as_they_are(old, source):
    shows(source, variant(old, f"{fingerprint.VERSION}:a"), "renew")

    assert rename_variants() == 0
