"""One bad route is named, and the rest is still read."""

from __future__ import annotations

import pytest

from diffs.formats.eskip import reader
from diffs.formats.eskip.reader import read

GOOD = b'"http://a"'


def around(bad):
    """Read a bad line between two good ones; return the refused ids, and the good ones."""
    table = read(b"a: * -> " + GOOD + b";\n" + bad + b";\nz: * -> " + GOOD + b";")
    return [refusal.key for refusal in table.refusals], sorted(table.digests)


@pytest.mark.parametrize(
    "bad",
    [
        b"b: * -> f(1.5e+06) -> <shunt>",
        b"b: * -> ",
        b"b: PathRegexp(/x\\\\[/) -> <shunt>",
        b"b: Host(/^a[/) -> <shunt>",
        b'b: * -> "http://a"b"',
        b'b: * -> "http://a\\"',
        b"b: * -> f(`x) -> <shunt>",
        b'b: Method("GET") && Method("PUT") -> <shunt>',
        b'b: Header("A") -> <shunt>',
        b'b: * -> <"http://a", "https://b">',
        b"b: * -> <shunt> junk",
        b"b: \xff",
        b"b:",
        b"b: * -> <shunt>;; ! ",
    ],
)
def test_one_bad_line_costs_no_other(bad):
    refused, good = around(bad)

    assert refused in (["b"], [""])
    assert set(good) >= {"a", "z"}


def test_says_where_and_why():
    table = read(b'a: * -> <shunt>;\n  b: Path("/x", 2) -> <shunt>;\nc: * -> <shunt>;')

    (refusal,) = table.refusals
    assert (refusal.key, refusal.position, refusal.line, refusal.column) == ("b", 22, 2, 6)
    assert refusal.reason == "expected 1 string argument of Path, found 2 of any kind"
    assert refusal.excerpt == 'b: Path("/x", 2) -> <shunt>'


def test_names_each_of_several_culprits_with_its_own_line():
    table = read(b"a: * -> ;\nb: * -> <shunt>;\nc: * -> ;\n\nd: Path(1) -> <shunt>;\n")

    assert [(each.key, each.line) for each in table.refusals] == [("a", 1), ("c", 3), ("d", 5)]
    assert list(table.digests) == ["b"]


def test_goes_on_at_a_semicolon_where_all_routes_share_a_line():
    table = read(b'a: Path("/x) -> <shunt>; b: Path("/y") -> <shunt>; c: * -> ; d: * -> <shunt>')

    assert [each.key for each in table.refusals] == ["a", "c"]
    assert sorted(table.digests) == ["b", "d"]


def test_goes_on_in_an_indented_table():
    table = read(b"a: *\n  -> f(\n  -> <shunt>;\n\nb: *\n  -> g()\n  -> <shunt>;\n")

    assert [each.key for each in table.refusals] == ["a"]
    assert list(table.digests) == ["b"]


def test_names_a_missing_semicolon():
    table = read(b"a: * -> <shunt>\nb: * -> <shunt>;")

    (refusal,) = table.refusals
    assert (refusal.key, list(table.digests)) == ("a", ["b"])
    assert '";" after a backend' in refusal.reason


def test_what_looks_like_a_route_inside_a_literal_begins_none():
    sound = b'a: f("x;\nb: * -> <shunt>; c: ") -> <shunt>;\nd: * -> <shunt>;'

    assert sorted(read(sound).digests) == ["a", "d"]
    assert sorted(read(b"bad: * -> ;\n" + sound.replace(b"\n", b"", 1)).digests) == ["a", "d"]


def test_shortens_what_it_repeats():
    (refusal,) = read(b"a: \x00" + b"x" * 10_000).refusals

    assert len(refusal.excerpt) < 200
    assert refusal.excerpt.isprintable()


@pytest.mark.parametrize(
    "hostile",
    [
        b";" * 300_000,
        b"\n" * 300_000,
        b"[" * 300_000,
        b"a: f(/" + b"[" * 300_000,
        b'a: f("' + b'\\"' * 150_000,
        b"\n".join(b"a%d: f(/[x" % number for number in range(20_000)),
        b"; ".join(b"a%d: f(/[x" % number for number in range(20_000)),
        b"".join(b"a%d:*-><shun>;" % number for number in range(20_000)),
        b"".join(b"a%d:*-><shunt>;" % number for number in range(20_000)),
        b"a: f(" + b"9" * 300_000 + b") -> <shunt>",
        b'a: * -> <"http://a?zone=z' + b"&x=1" * 75_000 + b'">',
        b'a: f("' + b"; b: c" * 50_000 + b'") -> <shun>;',
        b"a: *" + b" " * 300_000 + b"x",
        b"a:\n" * 100_000,
    ],
    ids=range(14),
)
def test_hostile_texts_are_read_through(hostile):
    table = read(hostile)

    assert table.routes <= 200_000
    assert len(table.digest) == 64


def test_a_long_line_is_tried_as_a_whole_once(monkeypatch):
    tried = []
    whole = reader._Reader._read_lines
    monkeypatch.setattr(
        reader._Reader, "_read_lines", lambda self, at: tried.append(at) or whole(self, at)
    )

    table = read(b"".join(b"a%d:*-><shunt>;" % number for number in range(500)))

    assert (table.routes, tried) == (500, [0])
