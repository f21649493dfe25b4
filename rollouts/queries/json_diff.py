"""Two JSON values as lines, and which of them changed. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

LINES_COMPARED = 400
"""Lines of one value that are laid beside the other's; what comes after is counted."""

LINES_SHOWN = 120
CONTEXT = 2
"""Lines alike that are kept around a change."""


@dataclass(frozen=True, slots=True)
class JsonLine:
    """One line: "-" only before, "+" only after, " " both, "" instead of lines left out."""

    sign: str
    text: str


def json_diff(before: object, after: object) -> tuple[JsonLine, ...]:
    """Return what became of a value, line by line; None stands for nothing there.

    Shapes
        before, after   JSON values, as an audit record holds them
        return          at most LINES_SHOWN lines and a few that count what was left out
    """
    old, new = _lines(before), _lines(after)
    lines = list(_compared(old[:LINES_COMPARED], new[:LINES_COMPARED]))
    cut = max(0, len(old) - LINES_COMPARED) + max(0, len(new) - LINES_COMPARED)
    cut += max(0, len(lines) - LINES_SHOWN)
    lines = lines[:LINES_SHOWN]
    if cut:
        lines.append(JsonLine("", f"{cut:,} lines more; the export has them all"))
    return tuple(lines)


def _lines(value: object) -> list[str]:
    """Return a value as JSON over several lines; none for nothing."""
    if value is None:
        return []
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, default=str)
    return text.split("\n")


def _compared(old: list[str], new: list[str]) -> Iterator[JsonLine]:
    """Yield the lines of both, those far from a change folded."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, left, left_end, right, right_end in matcher.get_opcodes():
        if tag == "equal":
            yield from _folded(old[left:left_end], is_first=left == 0, is_last=left_end == len(old))
            continue
        yield from (JsonLine("-", text) for text in old[left:left_end])
        yield from (JsonLine("+", text) for text in new[right:right_end])


def _folded(lines: list[str], *, is_first: bool, is_last: bool) -> Iterator[JsonLine]:
    """Yield lines alike, without those that no change is near to."""
    head = 0 if is_first else CONTEXT
    tail = 0 if is_last else CONTEXT
    left_out = len(lines) - head - tail
    if left_out <= 1 or (is_first and is_last):
        yield from (JsonLine(" ", text) for text in lines)
        return
    yield from (JsonLine(" ", text) for text in lines[:head])
    yield JsonLine("", f"{left_out:,} lines alike")
    yield from (JsonLine(" ", text) for text in lines[len(lines) - tail :])
