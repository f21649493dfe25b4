"""What a table tells about itself, and the index that the next look begins from."""

from __future__ import annotations

import subprocess
import sys

import pytest

from diffs.formats import FORMATS
from diffs.formats.eskip import lines
from diffs.line_index import NO_LINE, LineIndex
from diffs.table import Limits, TableTooLarge

read = FORMATS["eskip"].read

TABLE = b'a: Path("/a") -> f(1) -> <shunt>;\nb: * -> "http://b";'


def test_digests_are_the_same_in_another_process():
    program = (
        "import sys; from diffs.formats import FORMATS;"
        f"table = FORMATS['eskip'].read({TABLE!r});"
        "sys.stdout.write(table.digest + table.digests['a'].hex())"
    )

    other = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    table = read(TABLE)
    assert other.stdout == table.digest + table.digests["a"].hex()
    assert (len(table.digest), len(table.digests["a"])) == (64, 16)


def test_digest_follows_the_content_and_not_the_spelling():
    respelled = b"b:*->`http://b`; a: Any() && Path(/\\/a/) -> f(1.0) -> <shunt>"

    assert read(respelled).digest == read(TABLE).digest
    assert read(TABLE.replace(b"f(1)", b"f(2)")).digest != read(TABLE).digest
    assert read(TABLE.replace(b"b: ", b"c: ")).digest != read(TABLE).digest


def test_digest_tells_apart_what_repeated_ids_say():
    one, other = read(TABLE + b"\nb: A() -> <shunt>;"), read(TABLE + b"\nb: B() -> <shunt>;")
    turned = read(b"b: A() -> <shunt>;\n" + TABLE + b";")

    assert one.digest != other.digest
    assert one.digest == turned.digest


def test_digest_tells_apart_what_was_refused():
    first, second = (
        read(TABLE + b"\nx: Path(1) -> <shunt>;"),
        read(TABLE + b"\nx: Path(2) -> <shunt>;"),
    )

    assert len({first.digest, second.digest, read(TABLE).digest}) == 3


def test_counts_refused_and_repeated_definitions_too():
    table = read(TABLE + b"\nb: * -> <shunt>;\nx: Path(1) -> <shunt>;")

    assert (table.routes, table.duplicates) == (4, ("b",))


def test_a_second_look_parses_only_lines_not_seen_before(monkeypatch):
    known = LineIndex.from_bytes(read(TABLE).lines.to_bytes())
    parsed = []
    reader = "diffs.formats.eskip.reader.pieces_of_line"
    monkeypatch.setattr(
        reader, lambda body, meter: parsed.append(body) or lines.pieces_of_line(body, meter)
    )

    again = read(TABLE + b"\nc: * -> <shunt>;", known)

    assert parsed == [b"* -> <shunt>"]
    assert again.digests["a"] == read(TABLE).digests["a"]


def test_an_oddly_written_line_is_known_as_well():
    odd = b"a: *  ->  <shunt>;\nb: * -> <shunt>;\n"

    assert NO_LINE not in read(odd).lines.raws
    again = read(odd, read(odd).lines)
    assert again.digest == read(odd).digest
    assert again.text("a") == again.text("b") == "*\n-> <shunt>"


def test_an_index_of_another_version_is_not_believed():
    table = read(TABLE)
    wrong = [b"?" * 16 for _ in table.lines.meanings]
    other = LineIndex("eskip/0", table.lines.keys, wrong, table.lines.raws)

    assert read(TABLE, other).digest == table.digest


def test_an_index_tells_what_a_route_meant():
    index = LineIndex.from_bytes(read(TABLE).lines.to_bytes())

    assert index.digests == read(TABLE).digests


def test_an_index_survives_being_stored_with_odd_routes_in_it():
    table = read(b"a: *\n -> <shunt>;\na: * -> <loopback>;")

    index = LineIndex.from_bytes(table.lines.to_bytes())

    assert (list(index.keys), index.duplicates) == (["a", "a"], ("a",))
    assert index.digests == table.digests
    assert len(index.by_line) == 1


def test_an_empty_index_survives_being_stored():
    assert LineIndex.from_bytes(read(b"").lines.to_bytes()).digests == {}


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"nonsense",
        read(TABLE).lines.to_bytes()[:50],
        read(b"a: * -> <shunt>;").lines.to_bytes()[:50],
    ],
)
def test_a_damaged_index_is_refused(damage):
    with pytest.raises(ValueError, match="line index"):
        LineIndex.from_bytes(damage)


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (Limits(routes=1), "routes"),
        (Limits(route_id_bytes=0), "route_id_bytes"),
    ],
)
def test_gives_up_beyond_a_limit_and_names_it(limits, name):
    with pytest.raises(TableTooLarge, match=name) as caught:
        read(TABLE, limits=limits)

    assert caught.value.limit == name


def test_gives_up_a_text_that_costs_too_many_words():
    with pytest.raises(TableTooLarge, match="tokens"):
        read(b"a: f(" + b"1,  " * 1000 + b"1) -> <shunt>;", limits=Limits(tokens=100))


def test_keeps_to_the_limit_with_nothing_to_spare():
    assert read(TABLE, limits=Limits(routes=2, route_id_bytes=1)).routes == 2
