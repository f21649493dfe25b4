"""Findings are named over the fleet: one disagreement in many clusters is one."""

from __future__ import annotations

import pytest

from diffs.formats import FORMATS
from diffs.models import Difference, Occurrence, Variant
from diffs.operations.keep_findings import digest_of, keep_findings
from diffs.operations.keep_variants import keep_variants
from diffs.report import Finding, Kind
from tests.factories import NOW, SourceFactory

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

ESKIP = FORMATS["eskip"]


def finding(host, *, key="kube_rg__shop", flow=("reuse", "renew"), path="/v1"):
    """A route whose flow id differs."""
    left, right = (
        f'Path("{path}") && Host("{host}") -> flowId("{value}") -> "http://a"' for value in flow
    )
    return Finding(key, Kind.FILTER, left, right)


def named(cluster, *findings, seen=True, rollout="routesrv"):
    """Let a cluster show findings that it showed before, or not."""
    source = SourceFactory.create(
        labels={"rollout": rollout, "cluster": cluster, "target": f"aws:{cluster}"}
    )
    keys = keep_findings(findings, now=NOW)
    if seen:
        for digest, key in keys.items():
            Occurrence.objects.create(
                source=source,
                finding_id=digest,
                key=key,
                first_seen_at=NOW,
                first_look=1,
                last_seen_at=NOW,
            )
    return keep_variants(
        source.pk,
        keys,
        labels=source.labels,
        format_=ESKIP,
        texts={digest_of(each): each for each in findings},
    )


def test_one_disagreement_in_two_clusters_is_one_variant():
    one = named("kube-1", finding("shop.kube-1.example.org"))
    other = named("kube-2", finding("shop.kube-2.example.org"))

    variant = Variant.objects.get()
    assert [*one.values(), *other.values()] == [variant.pk] * 2
    assert variant.sentence == 'filter flowId argument 1: "reuse" → "renew"'


def test_another_value_is_another_variant_of_one_difference_called_by_types():
    named("kube-1", finding("a.example.org"))
    named("kube-2", finding("a.example.org", flow=("reuse", "other")))

    difference = Difference.objects.get()
    assert difference.variants.count() == 2
    assert difference.sentence == "filter flowId argument 1: <text> → <text>"


def test_another_route_with_the_same_values_keeps_them_in_the_sentence():
    named("kube-1", finding("a.example.org"), finding("a.example.org", key="other"))

    difference = Difference.objects.get()
    assert difference.variants.count() == 2
    assert difference.sentence == 'filter flowId argument 1: "reuse" → "renew"'


def test_another_rollout_has_differences_of_its_own():
    named("kube-1", finding("a.example.org"))
    named("kube-1", finding("a.example.org"), rollout="another")

    assert Difference.objects.count() == 2


def test_what_was_seen_once_leaves_no_row_and_is_known_where_others_saw_it():
    alone = named("kube-1", finding("a.example.org"), seen=False)
    rows = Variant.objects.count()
    named("kube-2", finding("a.example.org"))

    joined = named("kube-3", finding("a.example.org"), seen=False)

    assert (alone, rows) == ({}, 0)
    assert list(joined.values()) == [Variant.objects.get().pk]


def test_a_finding_whose_texts_are_not_at_hand_is_read():
    source = SourceFactory.create(labels={"rollout": "r"})
    keys = keep_findings([finding("a.example.org")], now=NOW)
    for digest in keys:
        Occurrence.objects.create(
            source=source,
            finding_id=digest,
            key="k",
            first_seen_at=NOW,
            first_look=1,
            last_seen_at=NOW,
        )

    found = keep_variants(source.pk, keys, labels=source.labels, format_=ESKIP, texts={})

    assert list(found.values()) == [Variant.objects.get().pk]


def test_a_filter_without_effect_is_cosmetic():
    texts = [f'Path("/") -> {call}"http://a"' for call in ('comment("x") -> ', "")]
    named("kube-1", Finding("k", Kind.FILTER, *texts))

    assert Difference.objects.get().label == "cosmetic"
