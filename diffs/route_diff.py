"""Two canonical texts side by side: what a person reads of one route.

Canonical text has one predicate, filter or endpoint a line; its format says how to lay them out, so
that what only joins lines (`&&`, a comma) marks none of them as changed. Two lines that meet but
are not the same are compared token by token. Long runs of equal lines fold into one sentence. Only
rows that are shown are compared by token, so a route with thousands of endpoints costs little more
than its lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from diffs.line_pairs import Pairing, pairings
from diffs.line_tokens import Segment, Segments, alike, alone, segments_of

__all__ = ["Line", "Row", "RowKind", "Segment", "side_by_side", "unified"]

ROWS_SHOWN = 400  # rows beyond are counted, not shown

LaidOut = Callable[[str], Sequence[str]]
"""How a format lays a canonical text out in lines."""

_FILTER = re.compile(r"->\s*\w+\s*\(")
_PREDICATE = re.compile(r"(?:&&\s*)?(?:\w+\s*\(|\*)")


class RowKind(StrEnum):
    """What a row of the side-by-side view says."""

    ALIKE = "alike"
    CHANGED = "changed"
    ONLY_LEFT = "only_left"
    ONLY_RIGHT = "only_right"
    FOLD = "fold"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a line of each side, or the sentence of a fold.

    Numbers count from 1 in the canonical text; None where that side has no such line.
    """

    kind: RowKind
    left: Segments = ()
    right: Segments = ()
    left_number: int | None = None
    right_number: int | None = None
    fold: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the unified view; its sign is " ", "-", "+", or "" for a fold."""

    sign: str
    segments: Segments = ()
    left_number: int | None = None
    right_number: int | None = None
    fold: str = ""


def line_feeds(text: str) -> tuple[str, ...]:
    """Return the lines as "\\n" alone ends them: a string in a route may hold the other breaks."""
    return tuple(text.removesuffix("\n").split("\n"))


def side_by_side(
    left_text: str,
    right_text: str,
    context: int = 2,
    *,
    limit: int = ROWS_SHOWN,
    lines: LaidOut = line_feeds,
) -> tuple[Row, ...]:
    """Return both texts in rows, changed tokens marked, long runs of equal lines folded.

    Shapes: an empty text is a side without the route; `lines` is the format's. `context` equal
    lines stay around a change; after `limit` rows one fold says how many lines follow and how many
    of them differ.
    """
    left = lines(left_text) if left_text else ()
    right = lines(right_text) if right_text else ()
    rows: list[Row] = []
    done = 0
    met = list(pairings(left, right))
    for is_folded, run in _runs(met, context):
        if len(rows) >= limit:
            break
        shown = run if is_folded else run[: limit - len(rows)]
        rows += [_folded(left, run)] if is_folded else [_row(left, right, pair) for pair in shown]
        done += len(shown)
    return (*rows, *_rest(met[done:]))


def unified(
    left_text: str,
    right_text: str,
    context: int = 2,
    *,
    limit: int = ROWS_SHOWN,
    lines: LaidOut = line_feeds,
) -> tuple[Line, ...]:
    """Return both texts as one column: of each changed run the left lines first, then the right."""
    rows = side_by_side(left_text, right_text, context, limit=limit, lines=lines)
    column: list[Line] = []
    for is_same, group in groupby(rows, lambda row: row.kind in {RowKind.ALIKE, RowKind.FOLD}):
        run = list(group)
        column += [_plain(row) for row in run] if is_same else _signed(run)
    return tuple(column)


def _plain(row: Row) -> Line:
    sign = "" if row.kind is RowKind.FOLD else " "
    return Line(sign, row.left, row.left_number, row.right_number, row.fold)


def _signed(run: Sequence[Row]) -> list[Line]:
    gone = [Line("-", row.left, row.left_number) for row in run if row.left_number]
    come = [Line("+", row.right, None, row.right_number) for row in run if row.right_number]
    return gone + come


def _runs(met: list[Pairing], context: int) -> Iterator[tuple[bool, list[Pairing]]]:
    """Yield runs of pairings and whether each is folded: equal, and far from every change."""
    near = [False] * len(met)
    for place, pairing in enumerate(met):
        if not pairing.is_alike:
            start, stop = max(place - context, 0), min(place + context + 1, len(met))
            near[start:stop] = [True] * (stop - start)
    for is_near, group in groupby(zip(near, met, strict=True), lambda pair: pair[0]):
        run = [pairing for _, pairing in group]
        yield not is_near and len(run) > 1, run


def _row(left: Sequence[str], right: Sequence[str], pairing: Pairing) -> Row:
    i, j, is_alike = pairing
    if i is not None and j is not None:
        if is_alike:
            same = alike(left[i])
            return Row(RowKind.ALIKE, same, same, i + 1, j + 1)
        return Row(RowKind.CHANGED, *segments_of(left[i], right[j]), i + 1, j + 1)
    if i is not None:
        return Row(RowKind.ONLY_LEFT, left=alone(left[i]), left_number=i + 1)
    place = j or 0
    return Row(RowKind.ONLY_RIGHT, right=alone(right[place]), right_number=place + 1)


def _folded(left: Sequence[str], run: list[Pairing]) -> Row:
    """Return the sentence of a folded run: "2 predicates, 3 filters alike"."""
    nouns = Counter(_noun(left[pairing.i]) for pairing in run if pairing.i is not None)
    words = ", ".join(f"{n:,} {noun}{'' if n == 1 else 's'}" for noun, n in nouns.items())
    return Row(RowKind.FOLD, fold=f"{words} alike")


def _noun(line: str) -> str:
    text = line.strip()
    if _FILTER.match(text):
        return "filter"
    if _PREDICATE.match(text):
        return "predicate"
    return "backend" if text.startswith("->") else "endpoint"


def _rest(beyond: list[Pairing]) -> Iterator[Row]:
    """Yield the fold that stands for all that is beyond the limit."""
    if beyond:
        differing = sum(not pairing.is_alike for pairing in beyond)
        words = f"{len(beyond):,} more lines not shown, {differing:,} of them differ"
        yield Row(RowKind.FOLD, fold=words)
