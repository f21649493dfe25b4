"""When a source is looked at next.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

import random

from diffs.looking.order import Seen
from diffs.outcomes import Outcome

BACK_OFF_MINUTES = (1, 2, 4, 8, 15)
JITTER = (0.85, 1.0)

SLOW_SHARE = 0.5
"""Share of one side's deadline from which on a look at an address that fails costs too much."""

UNREAD = frozenset({Outcome.NOT_READY, Outcome.NOT_A_TABLE, Outcome.TRUNCATED})
"""Problems of an address that answers, but not with a whole table."""


def is_failing(seen: Seen, *, side_seconds: float) -> bool:
    """Say whether a look counts as a failure, after which a source is left alone for longer.

    An address that cannot be reached does. One that answers at once, with whatever, costs little
    and is looked at in its rhythm; one that takes long to say nothing of use holds a place that
    others need, as one that hangs does. What is told of the look is another question.

    Units
        side_seconds    the deadline of one side's exchange
    """
    sides = [side for side in (seen.legacy, seen.shadow) if side is not None]
    problems = [problem.outcome for side in sides for problem in side.problems]
    problems += [seen.problem.outcome] if seen.problem else []
    if Outcome.UNREACHABLE in problems:
        return True
    is_slow = seen.read_seconds >= SLOW_SHARE * side_seconds
    return is_slow and not UNREAD.isdisjoint(problems)


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
        failures    looks in a row, this one included, that failed; 0 after one that did not
    """
    if failures:
        steps = BACK_OFF_MINUTES[min(failures, len(BACK_OFF_MINUTES)) - 1]
        return max(interval_seconds, 60.0 * steps) * random.uniform(*JITTER)  # noqa: S311
    if outcome is Outcome.LAG and not is_repeated:
        return min(interval_seconds, source_interval_seconds)
    if outcome in {Outcome.UNCONFIRMED, Outcome.MOVED} and not is_repeated:
        return min(interval_seconds, 2 * source_interval_seconds)
    return interval_seconds * random.uniform(*JITTER)  # noqa: S311
