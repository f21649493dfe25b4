"""When a source is looked at next.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

import random

from diffs.outcomes import Outcome

BACK_OFF_MINUTES = (1, 2, 4, 8, 15)
JITTER = (0.85, 1.0)


def seconds_until_next(
    outcome: Outcome,
    *,
    interval_seconds: float,
    source_interval_seconds: float,
    failures: int,
    is_repeated: bool,
) -> float:
    """Return how long to wait after a look.

    A failing address is left alone for longer and longer, so that it delays nobody. What is
    settling is looked at again at once, unless it settles for the second time (`is_repeated`): a
    source that never comes to rest must not be looked at for ever at that pace.

    Units
        failures    looks in a row, this one included, in which a side could not be reached
    """
    if outcome is Outcome.UNREACHABLE:
        steps = BACK_OFF_MINUTES[min(failures, len(BACK_OFF_MINUTES)) - 1]
        return max(interval_seconds, 60.0 * steps) * random.uniform(*JITTER)  # noqa: S311
    if outcome is Outcome.LAG:
        return min(interval_seconds, source_interval_seconds)
    if outcome in {Outcome.UNCONFIRMED, Outcome.MOVED} and not is_repeated:
        return min(interval_seconds, 2 * source_interval_seconds)
    return interval_seconds * random.uniform(*JITTER)  # noqa: S311
