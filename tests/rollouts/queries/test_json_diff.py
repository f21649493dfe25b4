"""What became of a JSON value, as lines a person can read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollouts.queries.json_diff import LINES_COMPARED, LINES_SHOWN, JsonLine, json_diff

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


def shown(before, after):
    return [f"{line.sign or '~'}{line.text}" for line in json_diff(before, after)]


def test_a_change_stands_between_what_stayed():
    assert shown({"mode": "shadow", "wave": 1}, {"mode": "exec", "wave": 1}) == [
        " {",
        '-  "mode": "shadow",',
        '+  "mode": "exec",',
        '   "wave": 1',
        " }",
    ]


@pytest.mark.parametrize(("sign", "pair"), [("+", (None, {"a": 1})), ("-", ({"a": 1}, None))])
def test_where_nothing_was_or_is_left_every_line_came_or_went(sign, pair):
    assert shown(*pair) == [f"{sign}{{", f'{sign}  "a": 1', f"{sign}}}"]


def test_nothing_on_both_sides_is_no_line():
    assert shown(None, None) == []


def test_the_order_of_keys_changes_nothing():
    assert {line[0] for line in shown({"a": 1, "b": 2}, {"b": 2, "a": 1})} == {" "}


def test_letters_of_any_script_are_shown_as_they_are():
    assert '+"Grüße, мир"' in shown(None, "Grüße, мир")


def test_lines_far_from_a_change_are_folded_and_counted():
    before = {f"k{n:02}": n for n in range(20)}

    assert shown(before, {**before, "k10": 99}) == [
        "~9 lines alike",
        '   "k08": 8,',
        '   "k09": 9,',
        '-  "k10": 10,',
        '+  "k10": 99,',
        '   "k11": 11,',
        '   "k12": 12,',
        "~8 lines alike",
    ]


def test_a_long_value_is_cut_and_what_is_left_out_is_counted():
    lines = json_diff(None, list(range(5_000)))

    assert len(lines) == LINES_SHOWN + 1
    assert lines[-1] == JsonLine("", f"{5_002 - LINES_SHOWN:,} lines more; the export has them all")


@given(before=values, after=values)
def test_each_side_can_be_read_back_from_its_lines(before, after):
    lines = json_diff(before, after)

    for value, sign in ((before, "-"), (after, "+")):
        if value is not None and not any(line.sign == "" for line in lines):
            text = "\n".join(line.text for line in lines if line.sign in {" ", sign})
            assert json.loads(text) == value


def test_two_long_values_are_compared_up_to_a_limit():
    old, new = list(range(LINES_COMPARED * 3)), list(range(1, LINES_COMPARED * 3))

    assert "lines more" in json_diff(old, new)[-1].text
