"""Comparing two tables: the labelled pairs, and what every kind of disagreement is called."""

from __future__ import annotations

import sys

import pytest

from diffs.compare import EmptyTable, compare
from diffs.formats import FORMATS
from diffs.report import Finding, Kind
from tests.diffs.formats.eskip.examples import pairs

read = FORMATS["eskip"].read

PLAIN = "a: * -> <shunt>;"


def findings(legacy, shadow):
    return list(compare(read(legacy.encode()), read(shadow.encode())).findings)


def kinds(legacy, shadow):
    return [(finding.key, finding.kind) for finding in findings(legacy, shadow)]


def verdict(pair):
    legacy, shadow = read(pair["legacy"].encode()), read(pair["shadow"].encode())
    if legacy.refusals or shadow.refusals:
        return "refused"
    if legacy.duplicates or shadow.duplicates:
        return "duplicate_id"
    return "different" if compare(legacy, shadow).findings else "equal"


def test_gives_every_labelled_pair_its_verdict(capsys):
    # While there are no rules, a pair that only rules make equal is different.
    wrong = [
        pair["name"]
        for pair in pairs()
        if verdict(pair) != ("different" if pair["rules"] else pair["verdict"])
    ]

    with capsys.disabled():
        sys.stdout.write(f"\n{len(pairs()) - len(wrong)} of {len(pairs())} table pairs agree\n")
    assert wrong == []


def test_names_the_ids_on_which_labelled_pairs_differ():
    words = {Kind.ONLY_IN_LEGACY: "removed", Kind.ONLY_IN_SHADOW: "added"}
    for pair in pairs():
        if "different_ids" in pair and pair["verdict"] != "duplicate_id":
            named = [
                f"{words.get(kind, 'changed')} {key}"
                for key, kind in kinds(pair["legacy"], pair["shadow"])
            ]
            assert sorted(named) == sorted(pair["different_ids"]), pair["name"]


def test_counts_the_union_of_ids():
    report = compare(
        read(b"a: * -> <shunt>; b: * -> <shunt>;"), read(b"a: * -> <shunt>; c: *->``;")
    )

    assert (report.total, report.matched) == (3, 1)
    assert report.match_rate == pytest.approx(1 / 3)


def test_shows_canonical_texts_and_nothing_where_a_side_is_absent():
    assert findings(PLAIN + 'b: Path("/x") -> f(01) -> <shunt>;', PLAIN) == [
        Finding("b", Kind.ONLY_IN_LEGACY, 'Path("/x")\n-> f(1)\n-> <shunt>', "")
    ]
    assert kinds(PLAIN, PLAIN + "b: * -> <shunt>;") == [("b", Kind.ONLY_IN_SHADOW)]


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ('f("a") -> "http://x"', 'f("b") -> "http://x"', Kind.FILTER),
        ('f("a") -> "http://x"', 'f("b") -> "http://y"', Kind.BACKEND),
        ('"http://x"', '<"http://x">', Kind.BACKEND),
        ('<random, "http://x">', '<roundRobin, "http://x">', Kind.BACKEND),
        ('<"http://x", "http://y">', '<"http://x">', Kind.ENDPOINTS),
        ('<"http://x?zone=a">', '<"http://x?zone=b">', Kind.ENDPOINTS),
        ('g() -> <"http://x">', '<"http://y">', Kind.FILTER),
    ],
)
def test_names_the_gravest_part_that_differs(left, right, kind):
    assert kinds(f"a: * -> {left};", f"a: * -> {right};") == [("a", kind)]


def test_calls_a_predicate_graver_than_endpoints():
    left, right = 'a: A() -> <"http://x">;', 'a: B() -> <"http://y">;'

    assert kinds(left, right) == [("a", Kind.PREDICATE)]


def test_names_a_refused_route_and_compares_the_rest():
    bad = 'a: Method("GET") && Method("PUT") -> <shunt>;\nb: * -> f(2) -> <shunt>;'

    found = findings("a: * -> <shunt>;\nb: * -> f(1) -> <shunt>;", bad)

    assert [(each.key, each.kind) for each in found] == [("a", Kind.REFUSED), ("b", Kind.FILTER)]
    assert (found[0].left, found[0].right) == ("*\n-> <shunt>", "")


def test_finds_a_route_that_both_sides_refuse():
    assert kinds("a: Path(1) -> <shunt>;\n" + PLAIN, "a: Path(1) -> <shunt>;\n" + PLAIN) == [
        ("a", Kind.REFUSED)
    ]


def test_names_a_refused_place_without_an_id_by_its_line():
    assert kinds(PLAIN, PLAIN + "\n!") == [("line 2", Kind.REFUSED)]


def test_never_merges_duplicate_ids_in_silence():
    twice = "a: * -> <shunt>;\na: A() -> <shunt>;"

    found = findings(twice, twice)

    assert [(each.key, each.kind) for each in found] == [("a", Kind.DUPLICATE_ID)]
    assert found[0].left == found[0].right == "*\n-> <shunt>\n\nA()\n-> <shunt>"


def test_puts_findings_in_the_order_of_ids():
    names = [f"r{number:02d}" for number in range(50)]

    found = kinds("".join(f"{name}: * -> <shunt>;" for name in reversed(names)), PLAIN)

    assert [key for key, _ in found] == ["a", *names]


def test_refuses_to_agree_with_an_empty_table():
    with pytest.raises(EmptyTable):
        compare(read(b";;"), read(PLAIN.encode()))


def test_takes_an_empty_shadow_as_all_routes_missing():
    assert kinds(PLAIN, "") == [("a", Kind.ONLY_IN_LEGACY)]
