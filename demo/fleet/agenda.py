"""Things that are to happen, in the order of their times; nobody sleeps and no clock is read."""

from __future__ import annotations

import heapq
from collections.abc import Callable

Action = Callable[[float], None]


class Agenda:
    """Actions with the second at which each is due.

    What has happened by a second does not depend on how often `run_until` was called on the way.
    """

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Action]] = []
        self._count = 0

    def add(self, at: float, action: Action) -> None:
        """Put an action down; of two due at the same second the earlier one added goes first."""
        self._count += 1
        heapq.heappush(self._due, (at, self._count, action))

    def run_until(self, now: float) -> None:
        """Do all that is due, each action told its own second; an action may add others."""
        while self._due and self._due[0][0] <= now:
            at, _, action = heapq.heappop(self._due)
            action(at)
