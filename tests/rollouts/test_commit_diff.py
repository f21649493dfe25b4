"""Diffs of commits as pages print them."""

from __future__ import annotations

import difflib

from hypothesis import given
from hypothesis import strategies as st

from rollouts.commit_diff import LINES_SHOWN, commit_diff

TWO_FILES = """--- a/one.yaml
+++ b/one.yaml
@@ -9,3 +9,3 @@
 config_items:
-  enabled: "pre"
+  enabled: "exec"
 last: 1
--- a/two.yaml
+++ b/two.yaml
@@ -1,1 +1,2 @@
 first: 1
+second: 2
"""


def lines(text: str) -> list[list[tuple[str, int, str]]]:
    """Return of each file its lines as sign, number and text."""
    return [
        [(line.sign, line.number, "".join(part.text for part in line.segments)) for line in each]
        for each in (file.lines for file in commit_diff(text).files)
    ]


def test_a_diff_is_cut_into_files_with_the_numbers_of_their_lines():
    assert [file.path for file in commit_diff(TWO_FILES).files] == ["one.yaml", "two.yaml"]
    assert lines(TWO_FILES) == [
        [
            ("@", 0, "line 9"),
            (" ", 9, "config_items:"),
            ("-", 10, '  enabled: "pre"'),
            ("+", 10, '  enabled: "exec"'),
            (" ", 11, "last: 1"),
        ],
        [(" ", 1, "first: 1"), ("+", 2, "second: 2")],
    ]


def test_only_the_changed_token_of_a_line_is_marked():
    (gone, come) = (line for line in commit_diff(TWO_FILES).files[0].lines if line.sign in "+-")

    assert [part.text for part in gone.segments if part.changed] == ["pre"]
    assert [part.text for part in come.segments if part.changed] == ["exec"]


def test_a_last_line_that_nothing_ends_is_marked_as_any_other():
    unended = "\\ No newline at end of file"
    lines = ["-mode_of_it: pre", unended, "+mode_of_it: exec", unended]
    text = "\n".join(["--- a/x", "+++ b/x", "@@ -1 +1 @@", *lines, ""])

    (gone, come) = commit_diff(text).files[0].lines

    assert (gone.number, come.number) == (1, 1)
    assert [part.text for part in come.segments if part.changed] == ["exec"]


def test_characters_that_hide_others_are_written_out():
    text = "--- a/x\n+++ b/x\u202e.yaml\n@@ -1 +1 @@\n-a: 1\n+a: \u202e2\n"

    assert commit_diff(text).files[0].path == "x[U+202E].yaml"
    assert "[U+202E]" in lines(text)[0][-1][2]


def test_a_long_diff_is_cut_and_the_rest_counted():
    body = "".join(f"+line {number}\n" for number in range(1000))
    found = commit_diff(f"--- a/x\n+++ b/x\n@@ -0,0 +1,1000 @@\n{body}")

    assert len(found.files[0].lines) == LINES_SHOWN - 3
    assert found.left_out == 1003 - LINES_SHOWN


def test_what_is_no_diff_has_no_file():
    assert commit_diff("") == commit_diff("nothing to see")


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_a_diff_of_any_two_texts_names_every_line_that_went_and_came(old, new):
    text = "\n".join(difflib.unified_diff(old, new, "a/x", "b/x", lineterm=""))

    shown = [line for file in lines(text) for line in file]

    assert all(old[number - 1] == said for sign, number, said in shown if sign == "-")
    assert all(new[number - 1] == said for sign, number, said in shown if sign in "+ ")
    gone, come = sum(s == "-" for s, *_ in shown), sum(s == "+" for s, *_ in shown)
    assert len(old) - gone == len(new) - come
