"""Which variants of a difference a page showed, carried by its form: a click covers no more.

Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. A verdict must never cover values that nobody saw. The form names the variants that stood on
its page; what is there by the time of the click, and is not named, makes the click void, and the
person is told what came. What left in between changes nothing. Variants that are first seen
together have numbers in a row, so thousands are a short text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

LONGEST = 20_000
_RUN = re.compile(r"[1-9][0-9]{0,17}(?:-[1-9][0-9]{0,17})?")


class NotSeen(ValueError):
    """The text names no set of variants as a page of ours does."""


@dataclass(frozen=True, slots=True)
class SeenVariants:
    """A set of variants by their numbers.

    Shapes
        runs    (first, last) of numbers in a row, both within, in order
    """

    runs: tuple[tuple[int, int], ...]

    def __contains__(self, number: int) -> bool:
        """Say whether a variant was shown."""
        return any(first <= number <= last for first, last in self.runs)

    def __len__(self) -> int:
        """Return how many were shown."""
        return sum(last - first + 1 for first, last in self.runs)

    def __str__(self) -> str:
        """Return the text that a form carries: "3-40.44"."""
        return ".".join(
            str(first) if first == last else f"{first}-{last}" for first, last in self.runs
        )


def seen_of(numbers: Iterable[int]) -> SeenVariants:
    """Return the set of these variants."""
    runs = []
    for _, run in groupby(enumerate(sorted(set(numbers))), lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        runs.append((members[0], members[-1]))
    return SeenVariants(tuple(runs))


def read_seen(text: str) -> SeenVariants:
    """Return the set that a form carries; the empty text is the empty set.

    Errors
        NotSeen     the text is too long, or is none of ours
    """
    if len(text) > LONGEST:
        raise NotSeen("The form names too many variants.")
    runs: list[tuple[int, int]] = []
    for word in text.split(".") if text else ():
        if not _RUN.fullmatch(word):
            raise NotSeen("The form does not say which variants you saw.")
        first, _, last = word.partition("-")
        run = (int(first), int(last or first))
        if run[0] > run[1] or (runs and run[0] <= runs[-1][1]):
            raise NotSeen("The form does not say which variants you saw.")
        runs.append(run)
    return SeenVariants(tuple(runs))
