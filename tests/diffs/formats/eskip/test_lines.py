"""The fast way of reading lines says exactly what the grammar says, or nothing."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from diffs.formats.eskip import EskipError, parse_document
from diffs.formats.eskip.canonical import digest_of_pieces, print_pieces
from diffs.formats.eskip.lexer import Meter
from diffs.formats.eskip.lines import LONGEST_REMEMBERED, Memory, pieces_of_line
from diffs.formats.eskip.reader import read
from tests.diffs.formats.eskip.examples import cases, source
from tests.diffs.formats.eskip.strategies import plainly, routes

SNIPPETS = [
    b" -> ", b" && ", b"*", b"f()", b'f("x")', b'"', b"/", b"//", b"`", b"\\", b";", b"<", b">",
    b"<shunt>", b'"http://a"', b"1", b"-0", b"1.", b"1e3", b", ", b",", b"(", b")", b"[", b"]",
    b"Path(", b'Path("/a")', b'Method("")', b'Header("A", "b")', b"Any()", b"a: ", b"\x85", b" ",
    b'<roundRobin, "http://a", "http://b">', b'<"https://a", "http://b">', b"\xff", b"?zone=z",
]  # fmt: skip
BODIES = [
    line.partition(b": ")[2].rstrip(b";")
    for case in cases()
    for line in source(case).split(b"\n")
    if b": " in line and line.endswith(b";")
]


def exact(data):
    """Return what the grammar makes of a document: None where it refuses."""
    try:
        return parse_document(data)
    except EskipError:
        return None


def agrees(body):
    """Tell whether the fast way keeps silent or says what the grammar says."""
    pieces = pieces_of_line(body, Meter())
    if not pieces:
        return True
    parsed = exact(b"a: " + body + b";")
    return parsed is not None and len(parsed) == 1 and pieces == print_pieces(parsed[0])


@given(routes())
def test_plain_routes_are_read_alike(route):
    assert agrees(plainly(route).replace(b"\n", b"\\n"))


@settings(max_examples=300)
@given(st.lists(st.sampled_from(SNIPPETS), max_size=12).map(b"".join))
@example(b'f("x") // -> <shunt>')
@example(b'* -> f(" -> ") -> <shunt>')
@example(b'Path("/a") && Path("/b") -> <shunt>')
@example(b'Header("A", "b") && Header("A", "c") -> <shunt>')
@example(b'Path("") && Path("/b") -> <shunt>')
@example(b"* && Any() -> <shunt>")
@example(b'* -> <"http://a", "https://b">')
@example(b'* -> <"HTTP://a", "http://b">')
def test_scraps_of_the_language_are_read_alike(body):
    assert agrees(body)


@settings(max_examples=300)
@given(
    st.sampled_from(BODIES),
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from(SNIPPETS)), max_size=3),
)
def test_damaged_examples_are_read_alike(body, damages):
    for place, scrap in damages:
        body = body[:place] + scrap + body[place + len(scrap) // 2 :]

    assert agrees(body)


def test_whole_documents_are_refused_exactly_where_the_grammar_refuses():
    for case in cases():
        table, parsed = read(source(case)), exact(source(case))

        assert bool(table.refusals) == (parsed is None), source(case)
        if parsed is not None:
            wanted = [(route.id, digest_of_pieces(print_pieces(route))) for route in parsed]
            assert list(zip(table.lines.keys, table.lines.meanings, strict=True)) == wanted


def test_most_lines_of_a_real_table_take_the_fast_way():
    body = (
        b'Host(/^(a[.]b[.]?(:[0-9]+)?)$/) && Method("GET") && Header("X-A", "1")'
        b' && Header("X-B", "2") && PathSubtree("/v0") && Weight(4) -> disableAccessLog(2, 3)'
        b' -> fifo(2000, 20, "1s") -> <roundRobin, "http://10.0.0.2:80", "http://10.0.0.1:80">'
    )

    assert (
        pieces_of_line(body, Meter())[-1]
        == b'<roundRobin, "http://10.0.0.1:80", "http://10.0.0.2:80">'
    )


def louder(piece, meter):
    return piece.upper()


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr("diffs.formats.eskip.lines.MOST_REMEMBERED", 3)
    memory = Memory(louder)

    said = [memory.learn(b"%d" % number, Meter()) for number in range(10)] + [
        memory.learn(b"x" * 1000, Meter())
    ]

    assert said[9] == b"9"
    assert len(memory) <= 3
    assert all(len(piece) <= LONGEST_REMEMBERED for piece in memory)
