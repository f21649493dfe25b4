"""The first change of a route, on one line of a list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffs import first_change as module
from diffs.first_change import CHANGED_SHOWN, WHOLE_SHOWN, first_change
from diffs.formats import FORMATS
from diffs.formats.eskip.voice import VOICE
from diffs.line_tokens import TOKENS_COMPARED, pieces_of

lines = FORMATS["eskip"].lines
TEXT = st.text(alphabet='ab1 ("),', max_size=30)


def change_of(left: bytes, right: bytes):
    """Return the first change from one route to another, both given without an id."""
    return first_change(VOICE.text(b"r: " + left), VOICE.text(b"r: " + right), lines=lines)


def marked(change) -> str:
    """Return a change on one line, what went and what came in brackets."""
    signs = {" ": "{}", "-": "[-{}-]", "+": "[+{}+]"}
    return "".join(signs[sign].format(text) for sign, text in change.pieces)


def test_names_what_changed_within_its_line():
    change = change_of(b'* -> flowId("reuse") -> "http://a"', b'* -> flowId("renew") -> "http://a"')

    assert marked(change) == 'flowId("[-reuse-][+renew+]")'
    assert change.more == 0


def test_counts_the_lines_that_differ_beside_the_first():
    change = change_of(b'Path("/a") -> f(1) -> "http://a"', b'Path("/b") -> f(2) -> "http://b"')

    assert marked(change) == 'Path("/[-a-][+b+]")'
    assert change.more == 2


def test_a_line_that_only_one_side_has_came_or_went_whole():
    plain, longer = b'* -> "http://a"', b'* -> fifo(1) -> "http://a"'

    assert marked(change_of(plain, longer)) == "[+fifo(1)+]"
    assert marked(change_of(longer, plain)) == "[-fifo(1)-]"


def test_an_endpoint_that_came_moves_no_comma():
    change = change_of(
        b'* -> <"http://a", "http://b">', b'* -> <"http://a", "http://b", "http://c">'
    )

    assert (marked(change), change.more) == ('[+"http://c"+]', 0)


@pytest.mark.parametrize(("left", "right", "sign"), [("", "x", "+"), ("x", "", "-")])
def test_a_route_that_one_side_lacks_is_the_change_on_one_line(left, right, sign):
    text = 'Path("/x")\n&& Method("GET")\n-> <shunt>'

    change = first_change(left.replace("x", text), right.replace("x", text))

    assert change.pieces == ((sign, 'Path("/x") && Method("GET") -> <shunt>'),)


def test_long_texts_lose_their_middle():
    alone = first_change("", "f(" + "x" * 5000 + ")")
    long = change_of(b'* -> f("%s") -> <shunt>' % (b"a" * 500), b"* -> <shunt>")

    assert len(alone.pieces[0].text) == WHOLE_SHOWN
    assert alone.is_whole
    assert not long.is_whole
    assert len(long.pieces[0].text) <= CHANGED_SHOWN
    assert "…" in long.pieces[0].text


def test_texts_of_thousands_of_lines_are_not_paired(monkeypatch):
    monkeypatch.setattr(module, "pairings", None)
    left = [f'"http://10.0.{i}"' for i in range(2000)]

    change = first_change("\n".join(left), "\n".join([*left[:1500], "x", *left[1500:]]))

    assert marked(change).startswith('[-"http://10.0.1500"-]')


def test_a_hiding_character_is_named():
    change = first_change('-> f("\u202e")', '-> f("b")')

    assert "[U+202E]" in marked(change)


def test_texts_laid_out_alike_have_no_change():
    assert first_change("* \n-> f()", "* \n-> f()").pieces == ()
    assert first_change("", "").pieces == ()


@given(TEXT, TEXT)
def test_the_pieces_of_a_line_are_both_lines(left, right):
    pieces = list(pieces_of(left, right))

    assert "".join(text for sign, text in pieces if sign != "+") == left
    assert "".join(text for sign, text in pieces if sign != "-") == right
    assert all(text for _, text in pieces)


def test_a_line_of_very_many_tokens_is_compared_by_its_ends():
    left = "f(" + "a," * TOKENS_COMPARED + ")"

    pieces = list(pieces_of(left, left.replace("f(", "f(b")))

    assert pieces == [(" ", "f("), ("+", "b"), (" ", left[2:])]
