"""The first thing in which two canonical texts differ, in one short line for a list.

    flowId("[-reuse-]{+renew+}")

Only the first line that differs is compared by token; of the rest is said how many they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from diffs.line_pairs import Pairing, pairings
from diffs.line_tokens import pieces_of, visible
from diffs.route_diff import LaidOut, line_feeds

CHANGED_SHOWN = 80  # characters of one changed piece
BEFORE_SHOWN = 44  # characters of what stands alike before the change: the name must be among them
AFTER_SHOWN = 20
LINES_PAIRED = 1_000  # of both sides; beyond, lines meet at the same place and none is counted
WHOLE_SHOWN = 110  # characters of the beginning of a route that only one side has


class Piece(NamedTuple):
    """A piece of the line; its sign is " " for both sides, "-" for the left, "+" for the right."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """The first change, how many more lines differ, and whether it is the route as a whole."""

    pieces: tuple[Piece, ...]
    more: int = 0
    is_whole: bool = False


def first_change(left: str, right: str, *, lines: LaidOut = line_feeds) -> Change:
    """Return the first change from one canonical text to the other.

    Shapes: an empty text is a side without the route: then the whole route is the change, on one
    line. `lines` is the format's. Texts that are laid out alike have no pieces.
    """
    if not left or not right:
        sign, text = ("+", right) if right else ("-", left)
        whole = " ".join(text.split())
        shown = whole if len(whole) <= WHOLE_SHOWN else f"{whole[: WHOLE_SHOWN - 1]}…"
        return Change((Piece(sign, visible(shown)),) if whole else (), is_whole=True)
    one, other = lines(left), lines(right)
    is_long = len(one) + len(other) > LINES_PAIRED
    met = _until_apart(one, other) if is_long else pairings(one, other)
    changed = [pairing for pairing in met if not pairing.is_alike]
    if not changed:
        return Change(())
    return Change(tuple(_pieces(one, other, changed[0])), more=len(changed) - 1)


def cut(text: str, most: int) -> str:
    """Return a text of at most `most` characters: of a longer one the middle is left out."""
    if len(text) <= most:
        return text
    side = (most - 1) // 2
    return f"{text[:side]}…{text[-side:]}"


def _until_apart(left: Sequence[str], right: Sequence[str]) -> Iterator[Pairing]:
    """Yield the first place at which two long lists of lines are not the same."""
    for place, (one, other) in enumerate(zip_longest(left, right)):
        if one != other:
            is_left, is_right = one is not None, other is not None
            yield Pairing(place if is_left else None, place if is_right else None, is_alike=False)
            return


def _pieces(left: Sequence[str], right: Sequence[str], pairing: Pairing) -> Iterator[Piece]:
    """Yield the pieces of one line that changed, came or went, short enough for a list."""
    i, j, _ = pairing
    gone = _bare(left[i]) if i is not None else ""
    come = _bare(right[j]) if j is not None else ""
    is_first = True
    for sign, text in pieces_of(gone, come):
        most = CHANGED_SHOWN if sign != " " else BEFORE_SHOWN if is_first else AFTER_SHOWN
        yield Piece(sign, visible(cut(text, most)))
        is_first = False


def _bare(line: str) -> str:
    """Return a line without what only says where in the route it stands."""
    return line.strip().removeprefix("-> ")
