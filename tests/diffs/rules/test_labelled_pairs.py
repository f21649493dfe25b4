"""The labelled pairs: equal under exactly the rules they name, different under every other."""

from __future__ import annotations

import pytest

from diffs.formats import FORMATS
from diffs.rules.kinds import KINDS
from tests.diffs.formats.eskip.examples import pairs
from tests.diffs.rules.ruling import context_of, rule, ruled

INVALID = {"b": 'unknown_filter: filter "bearerinjector" not found'}
RULES = {
    "ignore-zone": rule("ignore-zone"),
    "ignore-endpoints": rule("ignore-endpoints"),
    "default-lb-algorithm": rule("default-lb-algorithm"),
    "keep-last:fifo,lifo,admissionControl": rule("keep-last", side="shadow"),
    "ignore-id:maintenance": rule(
        "ignore-id", {"pattern": {"literal": "maintenance"}}, rule_id="m", side="legacy"
    ),
    "ignore-id:__oauth2_grant_callback": rule(
        "ignore-id", {"pattern": {"glob": "__oauth2_*"}}, rule_id="o", side="legacy"
    ),
    "explained-by:invalid=true": rule("explained-by-invalid"),
    "strip-filters:prepend": rule(
        "strip-filters", {"filters": "disableAccessLog(2, 3)"}, side="legacy"
    ),
    "strip-filters:comment": rule("drop-filter", {"names": ["comment"]}),
    "match-by-content": rule("match-by-content"),
    "header-name-case": rule("header-name-case"),
}
MORE = {
    "rewrite": rule(
        "rewrite",
        {"pattern": {"literal": "/x"}, "text": "/y", "of": "predicates"},
        side="legacy",
    ),
}
WANTED = {"equal_after_rules", "different", "refused", "duplicate_id"}


def verdict(pair, rules):
    """Return the verdict on a pair under some rules."""
    read = FORMATS["eskip"].read
    legacy, shadow = read(pair["legacy"].encode()), read(pair["shadow"].encode())
    context, found = context_of(pair["legacy"], pair["shadow"], invalid=INVALID)
    visible = ruled(found, *rules, context=context).visible
    if legacy.refusals or shadow.refusals:
        return "refused" if visible or not legacy.lines.keys else "equal"
    if legacy.duplicates or shadow.duplicates:
        return "duplicate_id" if visible else "equal"
    return "different" if visible else "equal"


def named(pair):
    return [RULES[name] for name in pair["rules"]]


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair["name"])
def test_gives_its_verdict_under_exactly_the_rules_that_it_names(pair):
    wanted = "equal" if pair["verdict"] == "equal_after_rules" else pair["verdict"]

    assert verdict(pair, named(pair)) == wanted


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair["name"])
def test_keeps_its_verdict_under_every_other_rule(pair):
    if pair["verdict"] not in WANTED:
        return
    plain = "different" if pair["verdict"] == "equal_after_rules" else pair["verdict"]
    others = {name: one for name, one in {**RULES, **MORE}.items() if name not in pair["rules"]}

    alone = {name: verdict(pair, [one]) for name, one in others.items()}

    assert alone == dict.fromkeys(others, plain)
    assert verdict(pair, others.values()) == plain


def test_the_labelled_pairs_ask_for_every_kind_but_rewrite():
    asked = {RULES[name].what.name for pair in pairs() for name in pair["rules"]}

    assert asked | {"rewrite"} == set(KINDS)


def test_every_rule_of_the_pairs_is_the_one_that_is_counted():
    for pair in pairs():
        rules = named(pair)
        if not rules:
            continue
        context, found = context_of(pair["legacy"], pair["shadow"], invalid=INVALID)

        after = ruled(found, *rules, *MORE.values(), context=context)

        assert after.hits == {rules[0].id: len(found), "rewrite": 0}
        assert {each.rules for each in after.hidden} <= {(rules[0].id,)}
        assert bool(after.explained) == (pair["name"] == "invalid-only-shadow")
