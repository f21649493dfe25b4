"""What YAML allows and a fleet file does not, each told with its line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollouts.fleet_file import FleetFileError, read_fleet
from rollouts.fleet_file.tree_builder import MOST_NODES
from rollouts.fleet_file.yaml_text import MOST_BYTES
from tests.rollouts.fleet_file.small_fleet import SMALL, changed, problems_of, the_problem

BOMB = b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 10)
)

TRAPS = {
    "nothing": (b"", 1, "the file is empty", "Write at least version"),
    "only a comment": (b"# fleet\n", 1, "the file is empty", "Write at least"),
    "a text": (b"fleet\n", 1, "a mapping belongs here, found a single value", "Write KEY: VALUE"),
    "a list": (b"- fleet\n", 1, "a mapping belongs here, found a list", "Write KEY"),
    "another encoding": ("a: 1\nb: ä\n".encode("latin-1"), 2, "the file is not UTF-8", "Save it"),
    "UTF-16": ("version: 1\n".encode("utf-16"), 1, "the file is not UTF-8", "Save it"),
    "a NUL": (b"version: 1\n\x00", 2, r'the control character "\x00"', "Take it out"),
    "a line separator": ("version: 1\n# a\u2028b".encode(), 2, "the control character", "Take it"),
    "a tab": (b"version: 1\nclusters:\n\t- a\n", 3, "this is not YAML", "Indent with spaces"),
    "two documents": (b"version: 1\n---\nversion: 1\n", 2, "a second document", "Keep one"),
    "a document and its empty twin": (b"version: 1\n---\n", 2, "a second document", "Keep one"),
    "an open bracket": (b"version: 1\nclusters: [\n", 3, "this is not YAML", "Put quotes"),
    "a template without quotes": (b"a: {b: {alias}.org}\n", 1, "this is not YAML", "Put quotes"),
    "two colons": (b"version: 1\na: b: c\n", 2, "this is not YAML", "Put quotes"),
    "a tag": (b"a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "the tag", "Write plain"),
    "a tag on a text": (b"version: !!str 1\n", 1, "the tag", "Write plain"),
    "a bomb of aliases": (BOMB, 6, f"more than {MOST_NODES:,} values", "Split"),
    "an alias of itself": (b"a: &a [*a]\n", 1, "*a names nothing that is", "Write the value"),
    "an alias of nothing": (b"version: 1\na: *b\n", 2, "*b names nothing", "Write the value"),
    "endless nesting": (b"a: " + b"[" * 100_000, 1, "nested deeper than 20", "Nest less"),
    "too many bytes": (b"#" * (MOST_BYTES + 1), 1, "the file has 5,000,001 bytes", "Split"),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS.keys())
def test_refuses(trap):
    data, line, message, mend = trap

    problem = problems_of(data)[0]

    assert problem.line == line
    assert problem.message.startswith(message)
    assert problem.mend.startswith(mend)


def test_names_both_lines_of_a_key_that_stands_twice():
    problem = the_problem(changed("      changes: 50", "      changes: 50\n      soak: 1d"))

    assert problem.line == 37
    assert problem.message == 'the key "soak" stands twice, first in line 35'


def test_reads_no_merge_key():
    text = changed("policy: {soak: 90s}", "policy: {<<: {soak: 90s}}")

    assert the_problem(text).message == "unknown key"


@pytest.mark.parametrize("key", ["[a, b]", "{a: b}", "~", "'" + "k" * 201 + "'"])
def test_refuses_a_key_that_is_no_short_text(key):
    problem = the_problem(SMALL + f"? {key}\n: 1\n")

    assert problem.line == 48
    assert problem.message.startswith("a key here is not a text of 1 to 200 characters")


def test_shows_no_line_of_the_file_in_a_message_of_the_parser():
    problem = the_problem(b"credential: hunter2: hunter3\n")

    assert "hunter" not in problem.message + problem.mend


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_answers_any_bytes_with_problems_and_their_lines(data):
    with pytest.raises(FleetFileError) as refused:
        read_fleet(data, name="fleet.yaml")

    lines = data.count(b"\n") + data.count(b"\r") + data.count(b"\xc2\x85") + 1
    assert all(1 <= problem.line <= lines for problem in refused.value.problems)


@given(
    st.integers(0, len(SMALL)),
    st.integers(0, 30),
    st.text("aB1 \n\"'{}[]:,-#&*!|>%@`\\~é", max_size=6),
)
@settings(max_examples=150, deadline=None)
def test_answers_any_edit_of_a_good_file_with_a_fleet_or_problems(start, length, text):
    edited = SMALL[:start] + text + SMALL[start + length :]

    for problem in problems_of(edited):
        assert 1 <= problem.line <= edited.count("\n") + 1
        assert problem.message
        assert problem.mend
