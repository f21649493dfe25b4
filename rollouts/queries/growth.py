"""How a table grew or shrank over the hours of a chart, in words.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise


def growth_words(points: tuple[tuple[datetime, int], ...], *, noun: str) -> str:
    """Say how a table grew or shrank over the hours of a chart; "" where it kept its size.

    The largest fall from one hour to the next is told beside the whole: it may have grown again.
    """
    counts = [count for _, count in points]
    if len(set(counts)) < 2:  # noqa: PLR2004  (one size all the time)
        return ""
    words = f"{counts[0]:,} → {counts[-1]:,} {noun}s, {_change(counts[0], counts[-1])}."
    steps = list(pairwise(counts))
    fallen = min(steps, key=lambda step: step[1] - step[0])
    if len(steps) > 1 and fallen[1] < fallen[0]:
        words += f" Its largest fall from one hour to the next: {_change(*fallen)}."
    return words


def _change(before: int, after: int) -> str:
    """Return a change of size as a count and a share."""
    sign = "+" if after > before else "-" if after < before else "±"
    return f"{sign}{abs(after - before):,} ({sign}{abs(after - before) / before:.1%})"
