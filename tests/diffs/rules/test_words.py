"""A rule is told in words: what it does, with which options, on which side, and where."""

from __future__ import annotations

from diffs.rules.words import what_it_does, where_it_holds
from tests.diffs.rules.ruling import rule


def test_names_the_options_and_the_side():
    one = rule("keep-last", {"names": ["lifo", "fifo"]}, side="shadow")

    assert what_it_does(one) == (
        "Keep only the last of repeated filters, as Skipper does when it loads."
        " Names fifo, lifo; on the shadow side."
    )


def test_a_pattern_is_told_with_how_it_is_written():
    one = rule("ignore-id", {"pattern": {"glob": "kubeew_*"}}, side="legacy")

    assert what_it_does(one).endswith("Pattern glob “kubeew_*”; on the legacy side.")


def test_a_rule_without_options_is_its_sentence():
    assert (
        what_it_does(rule("ignore-zone", side=None))
        == "Leave the zone of endpoints out of account."
    )


def test_where_it_holds_is_told_from_the_widest():
    scope = {"rollout": "routesrv", "tier": "test", "route": {"literal": "kube_a"}}

    assert where_it_holds(rule("ignore-zone", scope=scope).scope) == (
        "rollout routesrv, tier test: the route kube_a"
    )
    assert where_it_holds(rule("ignore-zone").scope) == "every rollout"
