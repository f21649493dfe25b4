"""Which lines of two lists are the same, in time near linear in their number.

1. What both begin and end with is cut off.
2. Items that occur once on each side anchor the rest: the longest run of them that is in order on
   both sides (patience).
3. Between two anchors a small block is matched exactly; a large one without anchors stays
   unmatched.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

EXACT_CELLS = 10_000  # a block of at most so many left times right items is matched exactly

Pair = tuple[int, int]
Block = tuple[int, int, int, int]  # left from, to, right from, to


def matching_pairs(left: Sequence[str], right: Sequence[str]) -> list[Pair]:
    """Return the places (i, j) of equal items, both rising from pair to pair.

    Shapes: indexes from 0; an item is in at most one pair.
    """
    pairs: list[Pair] = []
    blocks: list[Block] = [(0, len(left), 0, len(right))]
    while blocks:
        ends, block = _cut_ends(left, right, blocks.pop())
        pairs += ends
        if (block[1] - block[0]) * (block[3] - block[2]) <= EXACT_CELLS:
            pairs += _exact(left, right, block)
            continue
        anchors = _anchors(left, right, block)
        pairs += anchors
        if anchors:
            blocks += _between(anchors, block)
    return sorted(pairs)


def _cut_ends(left: Sequence[str], right: Sequence[str], block: Block) -> tuple[list[Pair], Block]:
    """Return the pairs at both ends of a block, and what is left of it."""
    i, i_end, j, j_end = block
    pairs: list[Pair] = []
    while i < i_end and j < j_end and left[i] == right[j]:
        pairs.append((i, j))
        i, j = i + 1, j + 1
    while i < i_end and j < j_end and left[i_end - 1] == right[j_end - 1]:
        i_end, j_end = i_end - 1, j_end - 1
        pairs.append((i_end, j_end))
    return pairs, (i, i_end, j, j_end)


def _exact(left: Sequence[str], right: Sequence[str], block: Block) -> Iterator[Pair]:
    """Yield the pairs of a small block."""
    i, i_end, j, j_end = block
    if i == i_end or j == j_end:
        return
    matcher = SequenceMatcher(None, left[i:i_end], right[j:j_end], autojunk=False)
    for a, b, size in matcher.get_matching_blocks():
        yield from ((i + a + k, j + b + k) for k in range(size))


def _anchors(left: Sequence[str], right: Sequence[str], block: Block) -> list[Pair]:
    """Return the longest rising run of the items that occur once on each side of a block."""
    i, i_end, j, j_end = block
    once_left = Counter(left[i:i_end])
    once_right = Counter(right[j:j_end])
    place = {right[k]: k for k in range(j, j_end) if once_right[right[k]] == 1}
    candidates = [
        (k, place[left[k]]) for k in range(i, i_end) if once_left[left[k]] == 1 and left[k] in place
    ]
    return _longest_rising(candidates)


def _longest_rising(pairs: list[Pair]) -> list[Pair]:
    """Return the longest run of pairs, risen by their first place, that also rises by the second.

    Patience sorting with back pointers: n log n.
    """
    tops: list[int] = []  # the second place on top of each pile
    ends: list[int] = []  # which pair lies there
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        before.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [j]
        ends[pile : pile + 1] = [number]
    run: list[Pair] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        run.append(pairs[number])
        number = before[number]
    return run[::-1]


def _between(anchors: list[Pair], block: Block) -> Iterator[Block]:
    """Yield the blocks before, between and after the anchors."""
    i, i_end, j, j_end = block
    for a, b in anchors:
        if a > i and b > j:
            yield (i, a, j, b)
        i, j = a + 1, b + 1
    if i < i_end and j < j_end:
        yield (i, i_end, j, j_end)
