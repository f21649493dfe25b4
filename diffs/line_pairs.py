"""Which line of one side meets which of the other, also where the two are not the same.

Equal lines meet first; of what remains between them a line meets its counterpart by name
(`flowId(…)` meets `flowId(…)`, `/ttl: …` meets `/ttl: …`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from diffs.line_match import matching_pairs

_HEAD = re.compile(r"(?:->\s*|&&\s*)?(\w+\s*\(|<\w*|\")|/.*?: ")


class Pairing(NamedTuple):
    """The places of two lines that meet; None where a line is alone."""

    i: int | None
    j: int | None
    is_alike: bool


def pairings(left: Sequence[str], right: Sequence[str]) -> Iterator[Pairing]:
    """Yield every line of both sides once, in the order in which it is read.

    Shapes: indexes from 0; a pairing that is not alike has at least one line.
    """
    i = j = 0
    for next_i, next_j in (*matching_pairs(left, right), (len(left), len(right))):
        yield from _replaced(left[i:next_i], right[j:next_j], i, j)
        if next_i < len(left):
            yield Pairing(next_i, next_j, is_alike=True)
        i, j = next_i + 1, next_j + 1


def _replaced(left: Sequence[str], right: Sequence[str], i: int, j: int) -> Iterator[Pairing]:
    """Yield the lines of a run in which none is equal: counterparts by name, the rest alone."""
    a = b = 0
    heads = matching_pairs([_head(line) for line in left], [_head(line) for line in right])
    for next_a, next_b in (*heads, (len(left), len(right))):
        yield from (Pairing(i + k, None, is_alike=False) for k in range(a, next_a))
        yield from (Pairing(None, j + k, is_alike=False) for k in range(b, next_b))
        if next_a < len(left):
            yield Pairing(i + next_a, j + next_b, is_alike=False)
        a, b = next_a + 1, next_b + 1


def _head(line: str) -> str:
    """Return what two lines share that speak of the same thing: the text up to the name's `(`."""
    found = _HEAD.match(line.strip())
    return found[0] if found else ""
