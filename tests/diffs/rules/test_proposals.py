"""Rules are proposed that really hide what they were asked for, the narrowest first."""

from __future__ import annotations

import pytest

from diffs.report import Finding, Kind
from diffs.rules.proposals import Asked, Width, proposals
from diffs.rules.rule import read_rule
from tests.diffs.formats.eskip.examples import pairs
from tests.diffs.rules.ruling import context_of, finding, ruled, text

LABELS = {"rollout": "routesrv", "tier": "test", "target": "kube-1", "rank": 1}
OTHER = {**LABELS, "tier": "production", "target": "kube-2"}

FIFO = 'fifo(3, 2, "1s")'
LB = '"http://a", "http://b">'
HEADS = {
    "header-name-case": ('Header("a", "1") -> <shunt>', 'Header("A", "1") -> <shunt>'),
    "default-lb-algorithm": (f"* -> <{LB}", f"* -> <roundRobin, {LB}"),
    "keep-last": (f"* -> {FIFO} -> <shunt>", f'* -> fifo(9, 9, "9s") -> {FIFO} -> <shunt>'),
    "strip-filters": ('* -> disableAccessLog(2, 3) -> a() -> <shunt>', "* -> a() -> <shunt>"),
    "rewrite": ('* -> flowId("reuse") -> <shunt>', '* -> flowId("renew") -> <shunt>'),
    "drop-filter": ('* -> a() -> comment("x") -> b() -> <shunt>', "* -> a() -> b() -> <shunt>"),
    "ignore-endpoints": ('* -> "http://10.0.0.1:80"', '* -> "http://10.0.0.2:80"'),
}  # fmt: skip


def asked(*found, labels=(LABELS,)):
    return Asked(found, labels)


@pytest.mark.parametrize("kind", HEADS)
def test_proposes_the_gentlest_kind_that_does_it_for_this_route_alone_first(kind):
    found = finding(*HEADS[kind])

    first = proposals(asked(found))[0]

    assert first.content["kind"] == kind
    assert first.width == Width.ROUTES
    assert first.content["scope"] == {
        "rollout": "routesrv",
        "tier": "test",
        "target": "kube-1",
        "route": {"literal": found.key},
    }


@pytest.mark.parametrize("kind", HEADS)
def test_every_proposal_hides_what_it_was_asked_for(kind):
    found = finding(*HEADS[kind])

    made = proposals(asked(found))

    assert len(made) >= 4
    for one in made:
        assert ruled([found], read_rule("r", one.content)).hidden


def test_wider_ones_follow():
    made = proposals(asked(finding(*HEADS["rewrite"]), labels=[LABELS, OTHER]))

    widths = list(dict.fromkeys(one.width for one in made))
    assert widths == [Width.ROUTES, Width.IDS, Width.ROLLOUT]
    assert made[0].content["scope"] == {
        "rollout": "routesrv",
        "route": {"literal": "kube_shop__cart"},
    }
    assert made[-1].content["scope"] == {"rollout": "routesrv"}


def test_several_routes_are_named_one_by_one_before_by_what_their_ids_share():
    found = [finding(*HEADS["rewrite"], key=f"kube_shop__{name}") for name in ("a.b", "c", "d")]

    first = {one.width: one.content["scope"].get("route") for one in proposals(asked(*found))}
    exact, glob = first[Width.ROUTES], first[Width.IDS]

    assert exact == {"re2": r"kube_shop__a\.b|kube_shop__c|kube_shop__d"}
    assert glob == {"glob": "kube_shop__*"}


def test_values_that_differ_from_route_to_route_are_not_rewritten_by_one_rule():
    found = [
        finding('* -> flowId("a") -> <shunt>', '* -> flowId("b") -> <shunt>', key="kube_a__1"),
        finding('* -> flowId("c") -> <shunt>', '* -> flowId("d") -> <shunt>', key="kube_a__2"),
    ]

    kinds = {one.content["kind"] for one in proposals(asked(*found))}

    assert kinds == {"drop-filter"}


def test_a_route_of_one_side_alone_is_ignored_on_that_side_by_its_id():
    found = finding("* -> <shunt>", "", key="kubeew_a__b")

    made = proposals(asked(found))

    assert [(one.content["kind"], one.content["side"]) for one in made] == [
        ("ignore-id", "legacy"),
        ("ignore-id", "legacy"),
    ]
    assert [one.content["options"] for one in made] == [
        {"pattern": {"literal": "kubeew_a__b"}},
        {"pattern": {"glob": "kubeew_a__*"}},
    ]


@pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.DUPLICATE_ID])
def test_nothing_hides_what_no_rule_may_hide(kind):
    assert not proposals(asked(Finding("a__b", kind, text("* -> <shunt>"), "")))


def test_ids_that_share_nothing_are_not_matched_by_a_pattern_for_everything():
    found = [finding(*HEADS["rewrite"], key=key) for key in ("abc", "xyz")]

    patterns = [one.content["scope"].get("route") for one in proposals(asked(*found))]

    assert patterns[0] == {"re2": "abc|xyz"}
    assert not any("glob" in one for one in patterns if one)


def test_where_no_single_rule_does_it_none_is_proposed():
    left = '* -> flowId("reuse") -> "http://a.example.org"'
    right = '* -> flowId("renew") -> "http://b.example.org"'

    assert proposals(asked(finding(left, right))) == ()


def test_every_labelled_pair_that_a_rule_makes_equal_gets_a_proposal_of_that_kind():
    for pair in pairs():
        if pair["verdict"] != "equal_after_rules" or "explained" in str(pair["rules"]):
            continue
        context, found = context_of(pair["legacy"], pair["shadow"])
        made = proposals(Asked(found, [LABELS], unique=context.unique))
        assert made, pair["name"]
        assert any(one.content["kind"] in str(pair["rules"]) for one in made) or (
            pair["rules"] == ["strip-filters:comment"]
        ), pair["name"]
