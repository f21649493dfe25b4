"""Lines of a repository's files as people are shown them."""

from __future__ import annotations

import pytest

from rollouts.appliers.git.excerpts import unified
from rollouts.commit_diff import commit_diff

UNENDED = "\\ No newline at end of file"


def test_a_file_of_four_lines_is_shown_with_four():
    before, after = b"a: 1\nb: pre\nc: 3\nd: 4\n", b"a: 1\nb: exec\nc: 3\nd: 4\n"

    shown = unified("x.yaml", before, after)

    assert shown.splitlines()[2:] == [
        "@@ -1,4 +1,4 @@",
        " a: 1",
        "-b: pre",
        "+b: exec",
        " c: 3",
        " d: 4",
    ]
    assert max(line.number for line in commit_diff(shown).files[0].lines) == 4


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (b"a: 1\nb: pre", b"a: 1\nb: exec", [" a: 1", "-b: pre", UNENDED, "+b: exec", UNENDED]),
        (b"a: pre\nb: 1", b"a: exec\nb: 1", ["-a: pre", "+a: exec", " b: 1", UNENDED]),
        (b"a: 1", b"a: 1\n", ["-a: 1", UNENDED, "+a: 1"]),
        (b"", b"a: 1\n", ["+a: 1"]),
    ],
    ids=["the changed line is the last", "another one is", "the newline is the change", "new"],
)
def test_it_is_said_of_a_last_line_that_no_newline_ends_it(before, after, told):
    assert unified("x.yaml", before, after).splitlines()[3:] == told


def test_diffs_of_several_files_follow_each_other_line_by_line():
    one, two = (unified(name, b"a: 1", b"a: 2") for name in ("x.yaml", "y.yaml"))

    assert [file.path for file in commit_diff(one + two).files] == ["x.yaml", "y.yaml"]
