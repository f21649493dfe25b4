"""Routes as people read them."""

from __future__ import annotations

from diffs.formats import FORMATS
from diffs.formats.eskip import parse_document
from diffs.formats.eskip.voice import VOICE

lines = FORMATS["eskip"].lines

ROUTE = (
    b'r: Path("/x") && Host(/^a$/) -> f(1.50, "q\\\\") -> '
    b'<roundRobin, "http://b", "http://a?zone=z">'
)


def test_writes_one_part_a_line_in_canonical_order():
    assert VOICE.text(ROUTE) == (
        'Host("^a$")\n&& Path("/x")\n-> f(1.5, "q\\\\")\n'
        '-> <roundRobin,\n   "http://a?zone=z",\n   "http://b"\n   >'
    )


def test_is_a_document_of_one_route():
    (written,), (read_again,) = parse_document(ROUTE), parse_document(VOICE.text(ROUTE).encode())

    assert {**read_again.as_dict(), "id": "r"} == written.as_dict()


def test_marks_what_would_mislead_the_eye():
    text = VOICE.text(b'r: * -> f("\x00\xff\xe2\x80\xaea\\x00\xc2\xa0") -> <shunt>')

    assert text == '*\n-> f("\\x00\\xff\\xe2\\x80\\xaea\\\\x00\\xc2\\xa0")\n-> <shunt>'


def test_lines_laid_side_by_side_differ_only_where_the_routes_do():
    longer = ROUTE.replace(b"Host", b"Cookie(1) && Host").replace(b'z">', b'z", "http://c">')

    left, right = lines(VOICE.text(ROUTE)), lines(VOICE.text(b"r" + longer))

    assert left[-2:] == ('   "http://a?zone=z"', '   "http://b"')
    assert left[:2] == ('Host("^a$")', 'Path("/x")')
    assert set(left) <= set(right)
    assert set(right) - set(left) == {"Cookie(1)", '   "http://c"'}


def test_lines_keep_the_algorithm():
    assert "-> <roundRobin>" in lines(VOICE.text(ROUTE))
