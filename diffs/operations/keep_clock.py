"""Keep the clean clock of a source. Part of the look's transaction."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from diffs.looking.order import Seen as Look
from diffs.models import Source, SourceState
from diffs.operations.begin_look import Begun
from diffs.operations.judge_look import Verdict
from diffs.outcomes import GOOD
from diffs.soak import Clock, Seen, advance


def pending_changes(begun: Begun, seen: Look) -> int:
    """Return how many routes of the legacy side are not what they were one look ago."""
    before, lines = begun.order.legacy.before.lines, seen.legacy.lines
    if before is None or lines is None or before is lines:
        return 0
    changed = before.digests.items() ^ lines.digests.items()
    return len({key for key, _ in changed})


def keep_clock(
    source: Source, state: SourceState, verdict: Verdict, *, changes: int, now: datetime
) -> int:
    """Advance the clock on the state row; return the changes that both sides applied alike."""
    clock = _clock_of(source, state)
    pending = (state.pending_changes if state.epoch == source.epoch else 0) + changes
    is_good = verdict.outcome in GOOD
    was_no_lag = state.lag_since is not None and not verdict.is_lag_over
    seen = Seen(
        verdict.outcome,
        at=now,
        changes=pending if is_good else 0,
        is_lag_unbounded=was_no_lag or _unequal_seconds(state, now) > settings.LAG_MAX_SECONDS,
    )
    after = advance(
        clock, seen, interval_seconds=source.interval_seconds, is_soaking=source.is_soaking
    )
    state.clean_seconds, state.clean_since = after.seconds, after.since
    state.clean_looks, state.clean_changes = after.looks, after.changes
    state.last_good_at = now if is_good and not source.is_soaking else after.last_good_at
    state.pause, state.restart = after.pause, after.restart
    state.pending_changes = 0 if is_good else pending
    return pending if is_good else 0


def _unequal_seconds(state: SourceState, now: datetime) -> float:
    """Return for how long the sides may have disagreed that are looked at now."""
    since = state.unequal_since
    return (now - since).total_seconds() if since else 0.0


def _clock_of(source: Source, state: SourceState) -> Clock:
    """Return the clock as the last look left it; a new one where the epoch has changed since."""
    if state.epoch != source.epoch:
        return Clock(restart=state.restart)
    return Clock(
        seconds=state.clean_seconds,
        since=state.clean_since,
        looks=state.clean_looks,
        changes=state.clean_changes,
        last_good_at=state.last_good_at,
        pause=state.pause,
        restart=state.restart,
    )
