"""Two canonical texts side by side."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from diffs import route_diff
from diffs.formats import FORMATS
from diffs.formats.eskip.voice import VOICE
from diffs.route_diff import RowKind, side_by_side, unified

LEFT = """\
Host("^cart$")
PathSubtree("/v1")
-> a()
-> b()
-> c()
-> setRequestHeader("X-App", "cart")
-> flowId("reuse")
-> <roundRobin,
"http://10.0.0.1"
"http://10.0.0.2">
"""
TEXT = st.lists(st.sampled_from(['Path("/")', "-> a()", '-> b("x")', '-> b("y")', '"http://a"']))


def text_of(segments):
    """Return a side of a row as one line."""
    return "".join(segment.text for segment in segments)


def test_marks_the_changed_token_and_folds_what_is_far_away():
    rows = side_by_side(LEFT, LEFT.replace("reuse", "renew"))

    assert [row.kind for row in rows] == [
        RowKind.FOLD,
        RowKind.ALIKE,
        RowKind.ALIKE,
        RowKind.CHANGED,
        RowKind.ALIKE,
        RowKind.ALIKE,
        RowKind.ALIKE,
    ]
    changed = rows[3]
    assert [s.text for s in changed.left if s.changed] == ["reuse"]
    assert [s.text for s in changed.right if s.changed] == ["renew"]
    assert (changed.left_number, changed.right_number) == (7, 7)


def test_a_fold_says_in_words_what_it_hides():
    rows = side_by_side(LEFT, LEFT.replace("reuse", "renew"))

    assert rows[0].fold == "2 predicates, 2 filters alike"


def test_equal_texts_are_one_fold():
    (row,) = side_by_side(LEFT, LEFT)

    assert row.fold == "2 predicates, 5 filters, 1 backend, 2 endpoints alike"


def test_a_single_equal_line_is_shown_instead_of_folded():
    rows = side_by_side("-> a()\n-> b()", "-> a()\n-> c(1)", context=0)

    assert rows[0].kind is RowKind.ALIKE


def test_a_route_that_one_side_lacks_stands_alone_line_by_line():
    rows = side_by_side(LEFT, "")

    assert {row.kind for row in rows} == {RowKind.ONLY_LEFT}
    assert [row.left_number for row in rows] == list(range(1, 11))
    assert side_by_side("", "") == ()


def test_a_line_meets_its_counterpart_by_name_across_a_line_that_only_one_side_has():
    rows = side_by_side('-> x(1)\n-> flowId("a")', '-> flowId("b")\n-> y(2)')

    assert [row.kind for row in rows] == [RowKind.ONLY_LEFT, RowKind.CHANGED, RowKind.ONLY_RIGHT]


def test_unified_puts_the_left_lines_of_a_run_before_the_right_ones():
    lines = unified('-> f("1")\n-> g("1")\n-> h()', '-> f("2")\n-> g("2")\n-> h()')

    assert "".join(line.sign for line in lines) == "--++ "
    assert [line.right_number for line in lines] == [None, None, 1, 2, 3]


@given(TEXT, TEXT)
def test_no_line_of_either_side_is_lost_or_doubled(left, right):
    assume(left != right)

    rows = side_by_side("\n".join(left), "\n".join(right), context=1000)

    assert [text_of(row.left) for row in rows if row.left_number] == left
    assert [text_of(row.right) for row in rows if row.right_number] == right


def test_what_only_joins_the_lines_marks_none_of_them():
    left = b'r: Host("^a$") -> f(1) -> <"http://a", "http://b">'
    right = b'r: Cookie(1) && Host("^a$") -> f(1) -> <"http://a", "http://b", "http://c">'

    lines = unified(VOICE.text(left), VOICE.text(right), lines=FORMATS["eskip"].lines)

    assert [text_of(line.segments) for line in lines if line.sign == "-"] == []
    assert [text_of(line.segments).strip() for line in lines if line.sign == "+"] == [
        "Cookie(1)",
        '"http://c"',
    ]


def test_only_a_line_feed_ends_a_line():
    (row,) = side_by_side('Path("\x0b\x85\u2028")', 'Path("\x0b\x85\u2028")')

    assert row.left_number == 1


@pytest.mark.parametrize("change", [lambda line: line + "0", lambda line: line[::-1]])
def test_a_route_of_thousands_of_endpoints_is_cut_with_its_true_totals(monkeypatch, change):
    compared = []
    real = route_diff.segments_of
    monkeypatch.setattr(
        route_diff, "segments_of", lambda *lines: compared.append(1) or real(*lines)
    )
    left = [f'"http://10.0.{i // 250}.{i % 250}"' for i in range(2000)]

    rows = side_by_side("\n".join(left), "\n".join(change(line) for line in left))

    assert len(rows) == 401
    assert "more lines not shown" in rows[-1].fold
    assert len(compared) <= 400


def test_the_cut_counts_what_differs_beyond_it():
    left = "\n".join(f'-> f("{i}")' for i in range(10))

    rows = side_by_side(left, left.replace('"9"', '"x"'), context=20, limit=4)

    assert rows[-1].fold == "6 more lines not shown, 1 of them differ"


def test_a_hiding_character_is_named_on_changed_and_on_equal_lines():
    rows = side_by_side('-> f("\u202e")\n-> g("1\u200b")', '-> f("\u202e")\n-> g("2\u200b")')

    assert text_of(rows[0].left) == '-> f("[U+202E]")'
    assert text_of(rows[1].right) == '-> g("2[U+200B]")'
