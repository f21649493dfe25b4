"""Rules on routes that one side has alone: by id, by the other side's errors, by content."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diffs.report import Finding, Kind
from tests.diffs.rules.ruling import EVERYWHERE, context_of, finding, rule, ruled

LEGACY = finding("* -> <shunt>", "", key="kubeew_a")
SHADOW = finding("", "* -> <shunt>", key="kubeew_b")
BOTH = finding('* -> "http://a"', '* -> "http://b"', key="kubeew_c")
OTHER = finding("* -> <shunt>", "", key="kube_d")
MATCHING, INVALID = rule("match-by-content"), rule("explained-by-invalid")


def keys(parted):
    return [each.finding.key for each in parted]


@pytest.mark.parametrize(
    ("side", "hidden"),
    [
        ("legacy", ["kubeew_a"]),
        ("shadow", ["kubeew_b"]),
        ("both", ["kubeew_a", "kubeew_b", "kubeew_c"]),
    ],
)
def test_ids_are_ignored_on_one_side_or_wherever_they_differ(side, hidden):
    ignoring = rule("ignore-id", {"pattern": {"glob": "kubeew_*"}}, side=side)

    after = ruled([LEGACY, SHADOW, BOTH, OTHER], ignoring)

    assert keys(after.hidden) == hidden
    assert after.hits == {"ignore-id": len(hidden)}
    assert OTHER in after.visible


def test_a_route_only_in_the_shadow_is_explained_by_the_error_of_legacy_and_not_hidden():
    told = replace(EVERYWHERE, invalid={"kubeew_b": "unknown_filter", "kubeew_a": "x", "gone": "y"})

    after = ruled([LEGACY, SHADOW, BOTH, OTHER], INVALID, context=told)

    assert [(each.finding, each.rule, each.error) for each in after.explained] == [
        (SHADOW, "explained-by-invalid", "unknown_filter")
    ]
    assert after.visible == (LEGACY, BOTH, OTHER)
    assert after.hidden == ()
    assert after.hits == {"explained-by-invalid": 1}


def test_what_is_explained_is_never_hidden_by_another_rule_as_well():
    told = replace(EVERYWHERE, invalid={"kubeew_b": "x"}, unique={"kubeew_a", "kubeew_b"})
    ignoring = rule("ignore-id", {"pattern": {"glob": "kubeew_*"}}, side="both")

    after = ruled([LEGACY, SHADOW], ignoring, MATCHING, INVALID, context=told)

    assert keys(after.explained) == ["kubeew_b"]
    assert keys(after.hidden) == ["kubeew_a"]
    assert after.hits == {"explained-by-invalid": 1, "ignore-id": 1, "match-by-content": 0}


def test_without_the_list_of_errors_nothing_is_explained():
    assert ruled([SHADOW], INVALID).visible == (SHADOW,)


def parted(legacy, shadow, *rules):
    context, found = context_of(legacy, shadow)
    return ruled(found, *(rules or [MATCHING]), context=context)


def test_routes_of_two_names_and_one_content_are_one():
    after = parted(
        'a: Path("/x") -> <shunt>; b: Path("/y") -> <shunt>; s: * -> <shunt>',
        'q: Path("/y") -> <shunt>; p: Path("/x") -> <shunt>; s: * -> <shunt>',
    )

    assert keys(after.hidden) == ["a", "b", "p", "q"]
    assert after.visible == ()
    assert after.hits == {"match-by-content": 4}


@pytest.mark.parametrize(
    ("legacy", "shadow", "why"),
    [
        ("a: Path(`/x`) -> <shunt>", "b: Path(`/y`) -> <shunt>", "another content"),
        ("a: * -> <shunt>; b: * -> <shunt>", "c: * -> <shunt>", "two in legacy"),
        ("a: * -> <shunt>", "b: * -> <shunt>; c: * -> <shunt>", "two in shadow"),
        ("a: * -> <shunt>; s: * -> <shunt>", "b: * -> <shunt>; s: * -> <shunt>", "one in both"),
        ("a: * -> <shunt>; s: * -> <shunt>", "b: * -> <shunt>; s: * -> f() -> <shunt>", "changed"),
        ("a: * -> <shunt>; s: * -> <shunt>", "s: * -> <shunt>", "none in shadow"),
    ],
)
def test_content_that_is_not_unique_matches_nothing(legacy, shadow, why):
    after = parted(legacy, shadow)

    assert after.hidden == (), why
    assert after.hits == {"match-by-content": 0}


def test_where_nobody_asked_what_is_unique_nothing_is_matched():
    assert ruled([LEGACY, SHADOW], MATCHING).hidden == ()


def test_both_ids_must_be_in_the_scope_of_a_matching():
    legacy, shadow = "kube_a: * -> <shunt>; s: * -> f() -> <shunt>", "new_a: * -> <shunt>; s: * -> "
    shadow += "f() -> <shunt>"

    wide = rule("match-by-content", scope={"route": {"re2": "(kube|new)_.*"}})
    narrow = rule("match-by-content", scope={"route": {"glob": "kube_*"}})

    assert len(parted(legacy, shadow, wide).hidden) == 2
    assert parted(legacy, shadow, narrow).hidden == ()


def test_a_matching_is_found_before_ids_are_ignored_so_no_rule_brings_a_finding_back():
    legacy = 'kubeew_a: Path("/x") -> <shunt>; s: * -> <shunt>'
    shadow = 'b: Path("/x") -> <shunt>; s: * -> <shunt>'
    ignoring = rule("ignore-id", {"pattern": {"glob": "kubeew_*"}})

    assert parted(legacy, shadow, ignoring, MATCHING).visible == ()


REFUSED = Finding("kubeew_r", Kind.REFUSED, "* -> <shunt>", "")
DUPLICATE = Finding("kubeew_t", Kind.DUPLICATE_ID, "* -> <shunt>", "* -> <shunt>\n\n* -> <shunt>")
EMPTY = Finding("kubeew_e", Kind.REFUSED, "", "")


@pytest.mark.parametrize("poison", [REFUSED, DUPLICATE, EMPTY])
def test_what_is_refused_or_repeated_is_hidden_by_no_rule(poison):
    context = replace(EVERYWHERE, invalid={poison.key: "x"}, unique={poison.key, SHADOW.key})
    rules = [
        MATCHING,
        INVALID,
        rule("ignore-id", {"pattern": {"glob": "kubeew_*"}}, side="both"),
        *map(rule, ("ignore-zone", "ignore-endpoints", "keep-last", "header-name-case")),
    ]

    after = ruled([poison], *rules, context=context)

    assert after.visible == (poison,)
    assert set(after.hits.values()) == {0}


@pytest.mark.parametrize("poison", [REFUSED, DUPLICATE])
def test_what_is_refused_or_repeated_is_not_explained_away_either(poison, monkeypatch):
    monkeypatch.setattr(type(INVALID.what), "explanation", lambda *_: "whatever it is")

    after = ruled([poison, SHADOW], INVALID, context=replace(EVERYWHERE, invalid={"x": "y"}))

    assert after.visible == (poison,)
    assert keys(after.explained) == [SHADOW.key]
