"""Counts, lists and spans of time as sentences need them. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

MOST_NAMES = 3
BOTH = 2
MINUTE, HOUR, DAY = 60, 3600, 86_400


def listed(names: Sequence[str]) -> str:
    """Return up to three names, then how many more: "a, b, c and 4 more"."""
    shown = list(names[:MOST_NAMES])
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more:,} more"
    if len(shown) > 1:
        return f"{', '.join(shown[:-1])} and {shown[-1]}"
    return "".join(shown)


def counted(count: int, thing: str) -> str:
    """Return a count with its word: "1 target", "3 targets"."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def every(count: int, thing: str) -> str:
    """Return all of a count in words: "the only target", "both targets", "all 3 targets"."""
    if count == 1:
        return f"the only {thing}"
    return f"both {thing}s" if count == BOTH else f"all {counted(count, thing)}"


def span(seconds: float) -> str:
    """Return a span of time in its two largest units: "6 d 4 h", "45 s". Rounded down."""
    whole = int(max(seconds, 0))
    parts = []
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (1, "s")):
        count, whole = divmod(whole, size)
        if count:
            parts.append(f"{count:,} {unit}")
        elif parts:
            break
    return " ".join(parts[:2]) or "0 s"


def span_left(seconds: float) -> str:
    """Return how much time is left, to a second and rounded up: never "0 s" while some is."""
    return span(math.ceil(seconds))
