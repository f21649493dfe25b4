"""Fingerprints: one name for one disagreement, and never one name for two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffs.edit_words import sentence
from diffs.fingerprint import ClusterNames, fingerprint
from diffs.formats.eskip.parts import parts_of
from diffs.formats.eskip.voice import VOICE
from diffs.report import Finding, Kind
from tests.diffs.formats.eskip.strategies import plainly, routes

NOBODY = ClusterNames([])
ONE = 'Path("/x") -> flowId("reuse") -> setPath("/v2") -> "http://a"'


def text(written):
    """Return the canonical text of a route written without its id; "" of none."""
    return VOICE.text(b"r: " + written.encode()) if written else ""


def finding(left, right, *, key="kube_shop__cart"):
    """Return the finding that two routes of one id make."""
    one, other = text(left), text(right)
    if one and other:
        return Finding(key, VOICE.kind(one, other), one, other)
    return Finding(key, Kind.ONLY_IN_LEGACY if one else Kind.ONLY_IN_SHADOW, one, other)


def names(left, right, *, key="kube_shop__cart", cluster=NOBODY):
    """Return the fingerprint of two routes of one id."""
    return fingerprint(finding(left, right, key=key), parts=parts_of, names=cluster)


def test_what_did_not_change_does_not_count():
    other = names(ONE.replace("/v2", "/v3"), ONE.replace("/v2", "/v3").replace("reuse", "renew"))

    assert other.exact == names(ONE, ONE.replace("reuse", "renew")).exact


@pytest.mark.parametrize(
    "right",
    [
        ONE.replace("reuse", "other"),
        ONE.replace("flowId", "flowIds"),
        ONE.replace('"reuse"', '"reuse", 1'),
        ONE.replace('flowId("reuse") -> ', ""),
        ONE.replace("http://a", "http://b"),
        ONE.replace('Path("/x")', 'Path("/y")'),
    ],
)
def test_another_value_is_another_difference(right):
    assert names(ONE, right).exact != names(ONE, ONE.replace("reuse", "renew")).exact


def test_another_route_is_another_difference_of_the_same_shape():
    left, right = ONE, ONE.replace("reuse", "renew")

    one, other = names(left, right), names(left, right, key="kube_shop__orders")

    assert one.exact != other.exact
    assert one.shape == other.shape


def test_other_values_of_the_same_kind_have_the_same_shape_and_another_exact_name():
    one, other = (
        names(ONE, ONE.replace("http://a", "http://b")),
        names(ONE, ONE.replace("http://a", "http://c")),
    )

    assert one.shape == other.shape
    assert one.exact != other.exact


@pytest.mark.parametrize("right", ['"10"', "10", '"10s"'])
def test_values_of_another_kind_have_another_shape(right):
    left = '* -> f("a") -> <shunt>'
    shapes = {names(left, left.replace('"a"', each)).shape for each in (right, '"b"')}

    assert len(shapes) == (1 if right == '"10"' else 2)


def test_where_a_filter_stands_is_part_of_the_exact_name():
    first = names("* -> a() -> b() -> <shunt>", "* -> f() -> a() -> b() -> <shunt>")
    last = names("* -> a() -> b() -> <shunt>", "* -> a() -> b() -> f() -> <shunt>")

    assert first.exact != last.exact
    assert first.shape == last.shape


def test_one_disagreement_in_two_clusters_is_one_but_for_the_clusters_own_name():
    def seen_in(cluster):
        left = f'Host("^cart[.]{cluster}[.]example$") -> f("reuse") -> "http://{cluster}:80"'
        right = left.replace("reuse", f"at-{cluster}")
        key = f"kube_shop__cart_{cluster.replace('-', '_')}_example"
        return names(left, right, key=key, cluster=ClusterNames([cluster]))

    assert seen_in("kube-1") == seen_in("kube-1")
    assert seen_in("kube-1").exact == seen_in("kube-22").exact


def test_the_name_of_another_cluster_is_a_value():
    left, right = '* -> f("x") -> <shunt>', '* -> f("kube-1") -> <shunt>'

    own = names(left, right, cluster=ClusterNames(["kube-1"]))
    foreign = names(left, right, cluster=ClusterNames(["kube-2"]))

    assert own.exact != foreign.exact


@pytest.mark.parametrize("value", ["{cluster}", "kube-12", "xkube-1", "kube"])
def test_what_only_looks_like_the_cluster_is_a_value(value):
    left, right = '* -> f("x") -> <shunt>', f'* -> f("{value}") -> <shunt>'
    cluster = ClusterNames(["kube-1"])

    assert names(left, right, cluster=cluster).exact == names(left, right).exact
    assert (
        names(left, right, cluster=cluster).exact
        != names(left, '* -> f("kube-1") -> <shunt>', cluster=cluster).exact
    )


def test_a_cluster_without_a_name_takes_nothing_out():
    assert ClusterNames(["", ""]).split("a--b") == ["a--b"]


def test_two_definitions_of_one_id_are_told_apart_by_all_they_say():
    def twice(second):
        left = f"{text('* -> <shunt>')}\n\n{text(second)}"
        item = Finding("a", Kind.DUPLICATE_ID, left, text("* -> <shunt>"))
        return fingerprint(item, parts=parts_of, names=NOBODY).exact

    assert twice('* -> "http://a"') != twice('* -> "http://b"')


@given(routes(), routes(), routes())
def test_what_differs_otherwise_is_never_named_alike(left, right, other):
    one, first, second = (VOICE.text(b"r: " + plainly(each)) for each in (left, right, other))

    def exact(text_):
        item = Finding("r", Kind.FILTER, one, text_)
        return fingerprint(item, parts=parts_of, names=NOBODY).exact

    assert (exact(first) == exact(second)) == (first == second)


@given(routes(), routes(), st.booleans())
def test_a_sentence_is_one_short_line_that_shows_nothing_hidden(left, right, typed):
    one, other = (VOICE.text(b"r: " + plainly(each)) for each in (left, right))
    item = Finding("r", Kind.FILTER, one, other)

    said = sentence(item.kind, fingerprint(item, parts=parts_of, names=NOBODY).edits, typed=typed)

    assert said
    assert said.isprintable()
    assert len(said) < 500
