"""Rules together: the least set, what is left, scopes by route, the memory, another format."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from diffs.part import Role
from diffs.report import Finding, Kind
from diffs.rules import outcome
from diffs.rules.memory import Memory
from diffs.rules.outcome import outcome_of
from diffs.rules.rule_set import NO_RULES, rule_set
from tests.diffs.rules.ruling import EVERYWHERE, finding, rule, ruled, text

KEEP, ZONE, CASE = rule("keep-last"), rule("ignore-zone"), rule("header-name-case")
COMMENT = rule("drop-filter", {"names": ["comment"]})
ZONED = finding(
    '* -> fifo(1) -> <"http://10.0.0.1:80?zone=a">',
    '* -> fifo(2) -> fifo(1) -> <"http://10.0.0.1:80">',
)
CHANGED = finding('* -> "http://a"', '* -> "http://b"', key="kube_other")


def what(found, *rules, format_name="eskip"):
    """Return what rules make of one finding."""
    chosen = rule_set(rules, labels=EVERYWHERE.labels, format_name=format_name)
    return outcome_of(found, chosen, format_name=format_name)


def test_without_rules_everything_is_visible():
    after = ruled([ZONED, CHANGED])

    assert (after.visible, after.hidden, after.explained) == ((ZONED, CHANGED), (), ())
    assert (after.hits, after.digest) == ({}, NO_RULES)


@pytest.mark.parametrize("rules", list(permutations([COMMENT, ZONE, KEEP, CASE])))
def test_only_the_rules_that_are_needed_hide_a_finding_and_are_counted(rules):
    after = ruled([ZONED, CHANGED], *rules)

    assert after.visible == (CHANGED,)
    assert [each.rules for each in after.hidden] == [("keep-last", "ignore-zone")]
    assert after.hits == {"keep-last": 1, "ignore-zone": 1, "drop-filter": 0, "header-name-case": 0}


def test_a_rule_that_alone_is_enough_is_taken_before_two_that_are_together():
    found = finding(
        "* -> fifo(1) -> comment() -> f() -> <shunt>", "* -> comment() -> f() -> <shunt>"
    )
    first = rule("drop-filter", {"names": ["comment"]}, rule_id="1")
    second = rule("drop-filter", {"names": ["fifo", "f"]}, rule_id="2")
    strip = rule("strip-filters", {"filters": "fifo(1)"}, rule_id="3")

    assert what(found, first, second, strip).rules == ("2",)
    assert what(found, first, strip).rules == ("3",)


def test_two_rules_that_need_each_other_are_found_among_others_that_do_harm():
    found = finding("* -> a() -> x() -> f() -> <shunt>", "* -> b() -> x() -> f() -> <shunt>")
    ours = [
        rule("drop-filter", {"names": ["a"]}, rule_id="1"),
        rule("drop-filter", {"names": ["b"]}, rule_id="2"),
    ]
    harm = rule("drop-filter", {"names": ["x"]}, rule_id="0", side="legacy")

    for rules in permutations([*ours, harm]):
        assert what(found, *rules).rules == ("1", "2")


def test_of_many_rules_that_change_one_part_those_that_are_not_needed_are_left_out():
    names = "abcdefg"
    left = " -> ".join(f"{name}()" for name in names)
    found = finding(f"* -> {left} -> <shunt>", "* -> a() -> g() -> <shunt>")
    rules = [rule("drop-filter", {"names": [name]}, rule_id=name) for name in names]

    assert what(found, *rules).rules == ("b", "c", "d", "e", "f")


def test_what_is_left_after_all_rules_is_named():
    found = replace(ZONED, right=ZONED.right.replace("10.0.0.1", "10.0.0.2"))

    assert what(found, KEEP, ZONE).left == (Role.BACKEND,)
    assert what(found, KEEP).left == (Role.BACKEND,)
    assert what(found, ZONE).left == (Role.BACKEND, Role.FILTER)
    assert what(finding("* -> <shunt>", ""), ZONE).left == (Role.WHOLE,)
    assert not what(found, KEEP, ZONE).is_hidden


def test_a_part_that_agrees_before_any_rule_cannot_be_undone_by_one():
    zones = '<"http://10.0.0.1:80?zone=a">', '<"http://10.0.0.1:80">'
    left, right = (f"* -> d() -> comment() -> {each}" for each in zones)
    harm = rule("drop-filter", {"names": ["comment"]}, side="legacy")

    assert what(finding(left, right), harm, ZONE).rules == ("ignore-zone",)


def test_a_rule_holds_for_the_routes_of_its_scope():
    rules = [
        rule("keep-last", scope={"route": {"glob": "kube_shop*"}}),
        rule("ignore-zone", scope={"route": {"literal": ZONED.key}}),
    ]
    elsewhere = replace(ZONED, key="kube_other")

    after = ruled([ZONED, elsewhere], *rules)

    assert [each.finding for each in after.hidden] == [ZONED]
    assert after.visible == (elsewhere,)


def test_a_rule_of_another_tier_does_nothing():
    after = ruled([ZONED], rule("keep-last", scope={"tier": "production"}), ZONE)

    assert after.visible == (ZONED,)
    assert after.hits == {"ignore-zone": 0}


@pytest.mark.parametrize("broken", ["", "*", "no route", "* -> <shunt>\n\n* -> <shunt>", '* -> "x'])
def test_what_cannot_be_read_back_stays_visible(broken):
    found = Finding("a", Kind.FILTER, broken, text("* -> fifo(1) -> fifo(1) -> <shunt>"))

    assert ruled([found], KEEP, ZONE, COMMENT).visible == (found,)


def test_rules_by_id_apply_to_any_format_and_rules_on_routes_to_their_own():
    found = Finding("row_1", Kind.FILTER, ZONED.left, ZONED.right)
    records = replace(EVERYWHERE, format_name="records")
    ignoring = rule("ignore-id", {"pattern": {"literal": "row_1"}}, side="both")

    assert ruled([found], KEEP, ZONE, context=records).visible == (found,)
    assert ruled([found], ignoring, context=records).hidden[0].rules == ("ignore-id",)


def test_what_was_worked_out_once_is_not_worked_out_again(monkeypatch):
    read = []
    real = outcome.PAIRS["eskip"]
    monkeypatch.setitem(outcome.PAIRS, "eskip", lambda *texts: read.append(texts) or real(*texts))
    monkeypatch.setattr(outcome, "MEMORY", Memory())

    first = ruled([ZONED, CHANGED], KEEP, ZONE)
    again = ruled([ZONED, CHANGED], KEEP, ZONE)

    assert again == first
    assert len(read) == 2
    ruled([ZONED], KEEP, ZONE, COMMENT)
    ruled([replace(ZONED, right=CHANGED.right)], KEEP, ZONE)
    ruled([replace(ZONED, key="another")], KEEP, ZONE)
    assert len(read) == 5


def test_the_memory_is_bounded_and_keeps_what_is_asked_for():
    memory = Memory(most=10)
    for number in range(100):
        memory.keep(b"%d" % number, number)
        assert memory.get(b"0") == 0
        assert len(memory) <= 11

    assert memory.get(b"1") is None
    assert memory.get(b"99") == 99
    memory.clear()
    assert (len(memory), memory.get(b"0")) == (0, None)
