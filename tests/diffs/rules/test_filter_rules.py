"""Rules on filters and predicates: repeated, dropped, stripped, rewritten, header names."""

from __future__ import annotations

import pytest

from tests.diffs.rules.ruling import hides, rule

KEEP = rule("keep-last", side="shadow")
NAMES = rule("header-name-case")


def filters(*calls):
    return " -> ".join(("*", *calls, "<shunt>"))


def headers(*predicates):
    return " && ".join(predicates) + " -> <shunt>"


@pytest.mark.parametrize(
    ("left", "right", "hidden"),
    [
        (["fifo(10)"], ["fifo(2000)", "fifo(10)"], True),
        (["fifo(10)"], ["fifo(1)", "fifo(2)", "fifo(10)"], True),
        (["a()", "fifo(10)"], ["fifo(2000)", "a()", "fifo(10)"], True),
        (["lifo(1)", "fifo(1)"], ["fifo(2)", "lifo(2)", "lifo(1)", "fifo(1)"], True),
        (["admissionControl(1)"], ["admissionControl(2)", "admissionControl(1)"], True),
        (["fifo(2000)"], ["fifo(2000)", "fifo(10)"], False),  # the last one counts
        (["fifo(10)", "a()"], ["fifo(2000)", "a()", "fifo(10)"], False),  # where it stands
        (["lifoGroup(1)"], ["lifoGroup(2)", "lifoGroup(1)"], False),
        (["a(1)"], ["a(2)", "a(1)"], False),
        ([], ["fifo(10)"], False),
        (["fifo(2000)", "fifo(10)"], ["fifo(10)"], False),  # the other side
    ],
)
def test_of_repeated_queues_the_last_one_is_kept_on_its_side(left, right, hidden):
    assert hides([KEEP], filters(*left), filters(*right)) == hidden


def test_the_names_and_the_side_of_what_is_kept_last_can_be_set():
    left, right = filters("a(2)", "a(1)", "fifo(1)"), filters("a(1)", "fifo(1)")
    named = {"names": ["a"]}

    assert hides([rule("keep-last", named, side="legacy")], left, right)
    assert hides([rule("keep-last", named)], left, right)
    assert not hides([rule("keep-last", named, side="shadow")], left, right)
    assert not hides([rule("keep-last", {"names": ["b"]})], left, right)


@pytest.mark.parametrize(
    ("side", "left", "right", "hidden"),
    [
        ("both", ['comment("x")', "f()"], ["f()"], True),
        ("both", ["f()", 'comment("x")', "g()"], ["f()", "g()", "comment(1)"], True),
        ("legacy", ['comment("x")', "f()"], ["f()"], True),
        ("shadow", ['comment("x")', "f()"], ["f()"], False),
        ("both", ["comments()", "f()"], ["f()"], False),
        ("both", ["comment()", "f(1)"], ["f(2)"], False),
    ],
)
def test_filters_are_dropped_by_name(side, left, right, hidden):
    dropping = rule("drop-filter", {"names": ["comment"]}, side=side)

    assert hides([dropping], filters(*left), filters(*right)) == hidden


@pytest.mark.parametrize(
    ("place", "left", "right", "hidden"),
    [
        ("prepend", ["d(2)", "e()", "f()"], ["f()"], True),
        ("prepend", ["d(2)", "e()"], [], True),
        ("prepend", ["d(2)", "e()", "d(2)", "e()", "f()"], ["d(2)", "e()", "f()"], True),
        ("prepend", ["d(2)", "e()", "d(2)", "e()", "f()"], ["f()"], False),  # once, not twice
        ("prepend", ["d(3)", "e()", "f()"], ["f()"], False),  # exact arguments
        ("prepend", ['d("2")', "e()", "f()"], ["f()"], False),
        ("prepend", ["d(2)", "f()"], ["f()"], False),  # the whole list
        ("prepend", ["e()", "d(2)", "f()"], ["f()"], False),  # in order
        ("prepend", ["f()", "d(2)", "e()"], ["f()"], False),
        ("prepend", ["f()"], ["d(2)", "e()", "f()"], False),  # of the other side
        ("append", ["f()", "d(2)", "e()"], ["f()"], True),
        ("append", ["f()", "d(2)", "e()", "d(2)", "e()"], ["f()", "d(2)", "e()"], True),
        ("append", ["d(2)", "e()", "f()"], ["f()"], False),
        ("append", ["d(2)", "e()"], [], True),
    ],
)
def test_an_exact_list_is_stripped_off_one_side_once(place, left, right, hidden):
    options = {"filters": "d(2) -> e()", "place": place}

    assert hides([rule("strip-filters", options)], filters(*left), filters(*right)) == hidden
    mirrored = rule("strip-filters", options, side="shadow")
    assert hides([mirrored], filters(*right), filters(*left)) == hidden


@pytest.mark.parametrize(
    ("left", "right", "hidden"),
    [
        (['Header("x-a", "1")'], ['Header("X-A", "1")'], True),
        (['HeaderRegexp("x-A", "1")'], ['HeaderRegexp("X-a", "1")'], True),
        (['Header("x-a", "v")'], ['Header("X-A", "V")'], False),  # the value counts
        (['Header("x-a", "1")'], ['Header("X-B", "1")'], False),
        (['Cookie("x-a", "1")'], ['Cookie("X-A", "1")'], False),
        (['Header("x a", "1")'], ['Header("X A", "1")'], False),  # no header name to Go
        (['Header("x_a", "1")'], ['Header("X_a", "1")'], True),
        (
            ['Header("x-a", "1")', 'Header("b", "2")'],
            ['Header("B", "2")', 'Header("X-A", "1")'],
            True,
        ),
        (  # two spellings of one name: Skipper keeps one by chance
            ['Header("x-a", "1")', 'Header("X-A", "1")'],
            ['Header("x-A", "1")', 'Header("X-A", "1")'],
            False,
        ),
    ],
)
def test_header_names_are_read_without_regard_to_case(left, right, hidden):
    assert hides([NAMES], headers(*left), headers(*right)) == hidden
    assert hides([NAMES], headers(*right), headers(*left)) == hidden


def rewriting(pattern, by, *, of="filters", side="legacy"):
    return rule("rewrite", {"pattern": pattern, "text": by, "of": of}, side=side)


@pytest.mark.parametrize(
    ("pattern", "by", "left", "right", "hidden"),
    [
        ({"literal": '"reuse"'}, '"renew"', ['flowId("reuse")'], ['flowId("renew")'], True),
        ({"glob": 'flowId("*")'}, "flowId()", ['flowId("reuse")'], ["flowId()"], True),
        (
            {"re2": r'^old\("(\w+)"\)$'},
            r'new("\1")',
            ['old("a")', "f()"],
            ['new("a")', "f()"],
            True,
        ),
        ({"literal": "reuse"}, "renew", ['flowId("reuse")'], ['flowId("other")'], False),
        (
            {"literal": "reuse"},
            "renew",
            ['flowId("renew")'],
            ['flowId("reuse")'],
            False,
        ),  # the side
        ({"literal": "f()"}, "no filter", ["f()"], ["g()"], False),  # what it makes must be one
        ({"re2": "aa"}, "a", ['f("aaaa")'], ['f("aa")'], False),  # it would have no end
        ({"literal": "b"}, r"\x00", ['f("b")'], [r'f("\x00")'], False),
    ],
)
def test_filters_of_one_side_are_rewritten(pattern, by, left, right, hidden):
    assert hides([rewriting(pattern, by)], filters(*left), filters(*right)) == hidden


@pytest.mark.parametrize(
    ("pattern", "by", "left", "right", "hidden"),
    [
        ({"literal": "/v1"}, "/v2", ['Path("/v1")', "True()"], ["True()", 'Path("/v2")'], True),
        ({"glob": 'Source("*")'}, 'ClientIP("x")', ['Source("a")'], ['ClientIP("x")'], True),
        ({"literal": 'Path("/v1")'}, "Path()", ['Path("/v1")'], ['Path("/v2")'], False),
        ({"literal": "/v1"}, "/v2", ['Path("/v1")'], ['Path("/v3")'], False),
    ],
)
def test_predicates_of_one_side_are_rewritten(pattern, by, left, right, hidden):
    left, right = headers(*left), headers(*right)

    assert hides([rewriting(pattern, by, of="predicates")], left, right) == hidden
    assert hides([rewriting(pattern, by, of="predicates", side="shadow")], right, left) == hidden
    assert not hides([rewriting(pattern, by, of="filters")], left, right)


def test_a_rewriting_that_would_make_a_predicate_vanish_leaves_it():
    emptying = rewriting({"literal": "/v1"}, "", of="predicates")

    assert not hides([emptying], headers('Path("/v1")'), headers("*"))
    assert not hides([emptying], headers('Method("/v1")', "True()"), headers("True()"))


def test_the_same_list_is_not_stripped_twice_by_two_rules():
    rules = [rule("strip-filters", {"filters": "d(2)"}, rule_id=each) for each in "12"]

    assert not hides(rules, filters("d(2)", "d(2)", "f()"), filters("f()"))
