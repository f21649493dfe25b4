"""Two lines token by token, and text made safe to look at.

Route tables are written by strangers: a line can be a megabyte long, or hold characters that
reorder or hide what stands beside them. Both are shown as what they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from diffs.line_match import Pair, matching_pairs

TOKENS_COMPARED = 400  # a line of more tokens is compared by its two ends only
ALIKE_SHOWN = 600  # characters of an unchanged segment before its middle is left out
CHANGED_SHOWN = 2_000  # characters of a changed segment before its middle is left out
LEAST_ALIKE = 0.3  # two lines that share less are marked as a whole

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_HIDING = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


class Segment(NamedTuple):
    """A piece of a line, and whether the other side lacks it."""

    text: str
    changed: bool


Segments = tuple[Segment, ...]


def alike(line: str) -> Segments:
    """Return a line that both sides have."""
    return _shown([Segment(line, changed=False)])


def alone(line: str) -> Segments:
    """Return a line that only one side has."""
    return _shown([Segment(line, changed=True)])


def segments_of(left: str, right: str) -> tuple[Segments, Segments]:
    """Return both lines cut into segments, what the other side lacks marked as changed.

    Shapes: joined, the texts of each side are its line, but for what is left out of long ones.
    """
    one, other = _TOKEN.findall(left), _TOKEN.findall(right)
    if max(len(one), len(other)) > TOKENS_COMPARED:
        return _by_ends(left, right)
    pairs = _meant_alike(one, other)
    if pairs is None:
        return alone(left), alone(right)
    return _merged(one, {i for i, _ in pairs}), _merged(other, {j for _, j in pairs})


def pieces_of(left: str, right: str) -> Iterator[tuple[str, str]]:
    """Yield both lines as one: ("-", what only the left has), ("+", the right), (" ", both).

    Shapes: without the "+" the texts joined are the left line, without the "-" the right one; no
    text is empty.
    """
    one, other = _TOKEN.findall(left), _TOKEN.findall(right)
    if max(len(one), len(other)) > TOKENS_COMPARED:
        start, end = _common_ends(left, right)
        middle = (("-", left[start : len(left) - end]), ("+", right[start : len(right) - end]))
        pieces = ((" ", left[:start]), *middle, (" ", left[len(left) - end :]))
        yield from ((sign, text) for sign, text in pieces if text)
        return
    kept, i, j = "", 0, 0
    for next_i, next_j in (*(_meant_alike(one, other) or ()), (len(one), len(other))):
        gone, come = "".join(one[i:next_i]), "".join(other[j:next_j])
        if kept and (gone or come):
            yield " ", kept
            kept = ""
        yield from ((sign, text) for sign, text in (("-", gone), ("+", come)) if text)
        kept += "".join(one[next_i : next_i + 1])
        i, j = next_i + 1, next_j + 1
    if kept:
        yield " ", kept


def _meant_alike(one: Sequence[str], other: Sequence[str]) -> list[Pair] | None:
    """Return the places of the tokens that both lines have; None where they share too little."""
    pairs = matching_pairs(one, other)
    kept = _in_words([one[i] for i, _ in pairs])
    return None if kept < LEAST_ALIKE * min(_in_words(one), _in_words(other)) else pairs


def _in_words(tokens: Sequence[str]) -> int:
    """Return how many characters stand in words: brackets and arrows say nothing about likeness."""
    return sum(len(token) for token in tokens if token[0].isalnum())


def _merged(tokens: list[str], kept: set[int]) -> Segments:
    """Return neighbouring tokens as one segment; what stands alone between two changes joins them.

    A lone comma or space between two changed words reads better marked than as confetti.
    """
    flags = [place not in kept for place in range(len(tokens))]
    for place in range(1, len(tokens) - 1):
        if flags[place - 1] and flags[place + 1] and not tokens[place].strip(" ,.:/-"):
            flags[place] = True
    segments: list[Segment] = []
    for token, changed in zip(tokens, flags, strict=True):
        if segments and segments[-1].changed == changed:
            segments[-1] = Segment(segments[-1].text + token, changed)
        else:
            segments.append(Segment(token, changed))
    return _shown(segments)


def _by_ends(left: str, right: str) -> tuple[Segments, Segments]:
    """Return two very long lines with their common beginning and end unmarked."""
    start, end = _common_ends(left, right)
    return _three_parts(left, start, end), _three_parts(right, start, end)


def _common_ends(left: str, right: str) -> tuple[int, int]:
    """Return how many characters two lines begin with alike, and of the rest end with alike."""
    limit = min(len(left), len(right))
    start = next((k for k in range(limit) if left[k] != right[k]), limit)
    end = next((k for k in range(limit - start) if left[-1 - k] != right[-1 - k]), limit - start)
    return start, end


def _three_parts(line: str, start: int, end: int) -> Segments:
    stop = len(line) - end
    parts = ((line[:start], False), (line[start:stop], True), (line[stop:], False))
    return _shown([Segment(text, changed) for text, changed in parts if text])


def _shown(segments: Sequence[Segment]) -> Segments:
    return tuple(
        Segment(visible(shorten(text, CHANGED_SHOWN if changed else ALIKE_SHOWN)), changed)
        for text, changed in segments
    )


def shorten(text: str, limit: int) -> str:
    """Return a text of more than `limit` characters without its middle, whose length it names."""
    if len(text) <= limit:
        return text
    side = limit // 3
    return f"{text[:side]} … {len(text) - 2 * side:,} characters … {text[-side:]}"


def visible(text: str) -> str:
    """Return the text with characters that hide or reorder others written as their code points.

    Shapes: U+202E becomes "[U+202E]", a tab "[U+0009]"; everything printable stays.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"[U+{ord(char):04X}]" if unicodedata.category(char) in _HIDING else char for char in text
    )
