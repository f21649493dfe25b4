"""Rules as JSON: what is read and written, what is refused, where a rule holds, its digest."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from diffs import versions
from diffs.rules.kind import RuleSide
from diffs.rules.kinds import KINDS
from diffs.rules.options import BadRule, options_of
from diffs.rules.rule import read_rule
from diffs.rules.rule_set import NO_RULES, rule_set, rules_digest
from tests.diffs.rules.ruling import rule

LABELS = {"rollout": "routesrv", "tier": "test", "target": "kube-1", "rank": 1, "cluster": "one"}
SAMPLES = {
    "ignore-id": {"pattern": {"glob": "kubeew_*"}},
    "rewrite": {"pattern": {"re2": r'flowId\("(\w+)"\)'}, "text": r'id("\1")'},
    "drop-filter": {"names": ["comment", "annotate"]},
    "strip-filters": {"filters": 'disableAccessLog(2, 3) -> fifo(2000, 20, "1s")'},
}


def sample(kind, **more):
    return rule(kind, SAMPLES.get(kind), **more)


def digest(*rules, labels=LABELS, format_name="eskip"):
    return rules_digest(rules, labels=labels, format_name=format_name)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_back_from_the_json_that_it_writes(kind):
    scope = {"rollout": "routesrv", "tier": "test", "route": {"glob": "kube_*"}}
    made = sample(kind, scope=scope)

    again = read_rule(made.id, json.loads(json.dumps(made.as_dict())))

    assert again == made
    assert again.to_json() == made.to_json()
    assert again.as_dict()["scope"] == scope


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_it_does_and_what_can_be_set(kind):
    assert KINDS[kind].name == kind
    assert KINDS[kind].says.endswith(".")
    assert all(each.metadata["says"].endswith(".") for each in options_of(KINDS[kind]).values())
    assert sample(kind).what.side == (KINDS[kind].sides or (None,))[0]


def test_the_same_rule_written_otherwise_is_the_same_text():
    one = rule("keep-last", {"names": ["lifo", "fifo", "fifo"]})
    other = rule("keep-last", {"names": ["fifo", "lifo"]}, side="both")

    assert one.to_json() == other.to_json()
    assert json.loads(one.to_json()) == {
        "id": "keep-last",
        "kind": "keep-last",
        "options": {"names": ["fifo", "lifo"]},
        "scope": {},
        "side": "both",
    }


@pytest.mark.parametrize(
    ("given", "option", "said"),
    [
        (
            {"kind": "ignore"},
            "kind",
            "'ignore' is no kind of rule; known are: explained-by-invalid",
        ),
        ({}, "kind", "None is no kind of rule; known are"),
        ({"kind": ["x"]}, "kind", "is no kind of rule"),
        ({"kind": "ignore-zone", "why": "x"}, "why", "no such part of a rule; known are: kind, op"),
        ({"kind": "ignore-zone", "side": "legacy"}, "side", "ignore-zone has none; leave it out"),
        ({"kind": "ignore-zone", "options": {"x": 1}}, "x", "no such option; known are: none"),
        ({"kind": "ignore-zone", "options": []}, "options", "it is no object; write it as"),
        ({"kind": "ignore-zone", "scope": "test"}, "scope", "it is no object"),
        ({"kind": "ignore-zone", "scope": {"rank": "1"}}, "rank", "known are: rollout, tier, tar"),
        ({"kind": "ignore-zone", "scope": {"tier": 1}}, "tier", "it is no text; write a text"),
        ({"kind": "ignore-zone", "scope": {"route": {"glob": "*"}}}, "route", "match nearly every"),
        ({"kind": "ignore-id"}, "pattern", "it is missing; give it as in {'glob': 'kubeew_*'}"),
        (
            {"kind": "ignore-id", "options": {"pattern": "x"}},
            "pattern",
            "it is no pattern; write a",
        ),
        ({"kind": "ignore-id", "options": {"pattern": {"re": "x"}}}, "pattern", "it is no pattern"),
        ({"kind": "ignore-id", "options": {"pattern": {"re2": "("}}}, "pattern", "RE2 cannot read"),
        ({"kind": "drop-filter", "options": {"names": []}}, "names", "it is no list of names"),
        ({"kind": "drop-filter", "options": {"names": "comment"}}, "names", "it is no list of nam"),
        ({"kind": "drop-filter", "options": {"names": ["c()"]}}, "names", "without parentheses"),
        (
            {"kind": "drop-filter", "options": {"names": ["a"] * 51}},
            "names",
            "51 names; write at m",
        ),
        ({"kind": "keep-last", "side": "left"}, "side", "write one of: both, legacy, shadow"),
        ({"kind": "strip-filters", "options": {"filters": "f"}}, "filters", "it cannot be read"),
        ({"kind": "strip-filters", "options": {"filters": ""}}, "filters", "it cannot be read"),
        ({"kind": "strip-filters", "options": {"filters": "// x"}}, "filters", "it cannot be read"),
        ({"kind": "strip-filters", "options": {"filters": 1}}, "filters", "is no list of filters"),
        (
            {"kind": "strip-filters", "options": {"filters": "f()", "place": "x"}},
            "place",
            "'x' is not known; write one of: prepend, append",
        ),
        (
            {"kind": "rewrite", "options": {"pattern": {"literal": "a"}, "text": "ab"}},
            "text",
            "the pattern is found in it again",
        ),
        (
            {"kind": "rewrite", "options": {"pattern": {"re2": "(abcde)"}, "text": r"\2"}},
            "text",
            r"the pattern has no group “\2”; it has 1",
        ),
        (
            {"kind": "rewrite", "options": {"pattern": {"literal": "a"}, "text": "x\ny"}},
            "text",
            "not on one line",
        ),
    ],
)
def test_what_is_no_rule_is_refused_by_the_name_of_the_option_with_the_mend(given, option, said):
    with pytest.raises(BadRule) as caught:
        read_rule("1", given)

    assert caught.value.option == option
    assert said in str(caught.value)
    assert caught.value.mend


@pytest.mark.parametrize("label", ["rollout", "tier", "target"])
def test_a_scope_names_labels_and_holds_where_all_of_them_agree(label):
    here, elsewhere = sample("ignore-zone", scope={label: LABELS[label]}), {**LABELS, label: "x"}

    assert rule_set([here], labels=LABELS, format_name="eskip").rules == (here,)
    assert rule_set([here], labels=elsewhere, format_name="eskip").rules == ()
    assert rule_set([here], labels={}, format_name="eskip").rules == ()


def test_a_rule_of_routes_does_not_apply_to_another_format():
    anywhere = sample("ignore-id")

    chosen = rule_set([sample("keep-last"), anywhere], labels=LABELS, format_name="records")

    assert chosen.rules == (anywhere,)


def test_no_rules_have_the_digest_of_nothing():
    assert digest() == NO_RULES == versions.NO_RULES == "0" * 64
    assert digest(sample("ignore-zone", scope={"tier": "production"})) == NO_RULES


def test_the_digest_does_not_depend_on_the_order_of_rules():
    rules = [sample(kind) for kind in list(KINDS)[:4]]

    (one,) = {digest(*each) for each in permutations(rules)}

    assert len(one) == 64
    assert int(one, 16)
    assert one == rule_set(rules, labels=LABELS, format_name="eskip").digest


def test_whatever_is_another_rule_is_another_digest():
    rules = [
        sample("keep-last"),
        sample("keep-last", rule_id="2"),
        sample("keep-last", side="legacy"),
        sample("keep-last", scope={"tier": "test"}),
        sample("keep-last", scope={"route": {"glob": "kube_*"}}),
        rule("keep-last", {"names": ["fifo"]}),
        sample("ignore-zone", rule_id="keep-last"),
    ]

    assert len({digest(each) for each in rules} | {digest(*rules)}) == len(rules) + 1


def test_a_rule_that_does_not_apply_is_not_in_the_digest():
    here, elsewhere = sample("keep-last"), sample("ignore-zone", scope={"tier": "production"})

    assert digest(here, elsewhere) == digest(here)


def test_sides_are_what_the_kind_offers():
    assert sample("ignore-id", side="both").what.side == RuleSide.BOTH
    assert sample("strip-filters").what.side == RuleSide.LEGACY
