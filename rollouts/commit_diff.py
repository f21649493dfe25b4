"""A unified diff as pages print it: files, lines with their numbers, changed tokens marked.

Pure: nothing here imports Django, reads a clock or opens a socket.
Source of the form: POSIX diff -u; "\\ No newline at end of file" is GNU's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diffs.line_tokens import Segments, alike, alone, segments_of, visible

LINES_SHOWN = 400
"""Of one diff; the rest is counted."""

HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@(.*)")


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a file's change.

    Shapes
        sign        "-", "+", " " for a line that stays, "@" for a gap before what follows
        number      of the line after the change, for "-" before it; 0 for a gap
    """

    sign: str
    number: int
    segments: Segments


@dataclass(frozen=True, slots=True)
class FileDiff:
    """The change of one file."""

    path: str
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True)
class CommitDiff:
    """The change of a commit, and how many more lines it has than are shown."""

    files: tuple[FileDiff, ...]
    left_out: int


def commit_diff(text: str) -> CommitDiff:
    """Return a unified diff cut into files and lines; a text that is none gives no file."""
    lines = text.splitlines()
    shown = lines[:LINES_SHOWN]
    starts = [place for place, line in enumerate(shown) if _begins_file(shown, place)]
    ends = [*starts[1:], len(shown)]
    files = tuple(
        FileDiff(_path(shown[start + 1]), tuple(_body(shown[start + 2 : end])))
        for start, end in zip(starts, ends, strict=False)
    )
    return CommitDiff(files, len(lines) - len(shown))


def _begins_file(lines: Sequence[str], place: int) -> bool:
    after = lines[place + 1] if place + 1 < len(lines) else ""
    return lines[place].startswith("--- ") and after.startswith("+++ ")


def _path(line: str) -> str:
    name = line.removeprefix("+++ ").partition("\t")[0]
    return visible(name.removeprefix("b/"))


def _body(lines: Sequence[str]) -> Iterator[DiffLine]:
    """Yield the lines of one file, runs of "-" and "+" of one length marked token by token."""
    old = new = 0
    gone: list[str] = []
    come: list[str] = []
    for line in lines:
        if line.startswith("\\"):
            continue  # it is about the line before, and is none
        hunk = HUNK.match(line)
        if line[:1] in {"-", "+"}:
            (gone if line[0] == "-" else come).append(line[1:])
            continue
        yield from _changed(gone, come, old, new)
        old, new = old + len(gone), new + len(come)
        gone, come = [], []
        if hunk:
            old, new = int(hunk[1]), int(hunk[2])
            if new > 1:
                yield DiffLine("@", 0, alike(f"line {new}{hunk[3]}"))
        elif line[:1] == " ":
            yield DiffLine(" ", new, alike(line[1:]))
            old, new = old + 1, new + 1
    yield from _changed(gone, come, old, new)


def _changed(gone: Sequence[str], come: Sequence[str], old: int, new: int) -> Iterator[DiffLine]:
    if len(gone) == len(come):
        pairs = [segments_of(left, right) for left, right in zip(gone, come, strict=True)]
        lefts, rights = [left for left, _ in pairs], [right for _, right in pairs]
    else:
        lefts, rights = [alone(line) for line in gone], [alone(line) for line in come]
    for place, left in enumerate(lefts):
        yield DiffLine("-", old + place, left)
    for place, right in enumerate(rights):
        yield DiffLine("+", new + place, right)
