"""Keep the clean clock of a source. Part of the look's transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from diffs.looking.order import Seen as Look
from diffs.models import Source, SourceState
from diffs.operations.begin_look import Begun
from diffs.operations.judge_look import Verdict
from diffs.operations.keep_pair import KeptPair
from diffs.outcomes import GOOD
from diffs.soak import Clock, Seen, advance
from diffs.versions import comparer_of


def pending_changes(begun: Begun, seen: Look) -> dict[str, int]:
    """Return how many routes the legacy side added, removed and changed since one look ago."""
    before, lines = begun.order.legacy.before.lines, seen.legacy.lines
    if before is None or lines is None or before is lines:
        return {}
    then, now = before.digests, lines.digests
    moved = {key for key, _ in then.items() ^ now.items()}
    added = sum(key not in then for key in moved)
    removed = sum(key not in now for key in moved)
    counts = {"added": added, "removed": removed, "changed": len(moved) - added - removed}
    return {kind: count for kind, count in counts.items() if count}


def why_restarted(state: SourceState, begun: Begun, seen: Look, pair: KeptPair) -> str:
    """Return why older proof says nothing any more, and keep by what this look was judged.

    Another set of rules, or another comparer, restarts only the targets that it touches: where
    other rules hide routes now, or where other routes differ.
    """
    if pair.comparison_id is None:
        return ""
    comparer, reasons = comparer_of(begun.order.format), []
    hits = {rule for rule, count in pair.hits.items() if count}
    if state.rules_digest not in {"", seen.rules} and (changed := hits ^ set(state.hits)):
        names = ", ".join(f"R-{rule}" for rule in sorted(changed, key=int))
        reasons.append(f"other rules hide routes of it: {names}")
    before = (state.total, state.matched)
    if state.comparer not in {"", comparer} and before != (pair.total, pair.matched):
        reasons.append("a new version compares it otherwise")
    state.rules_digest, state.comparer = seen.rules, comparer
    return "; ".join(reasons)


def keep_clock(
    source: Source,
    state: SourceState,
    verdict: Verdict,
    *,
    changes: Mapping[str, int],
    now: datetime,
    restart: str = "",
) -> int:
    """Advance the clock on the state row; return the changes that both sides applied alike.

    Shapes
        changes     {added, removed or changed: count of routes of the legacy side}
        restart     why the clock begins anew, "" where it does not
    """
    clock = Clock(restart=restart) if restart else _clock_of(source, state)
    kinds = Counter(state.pending_kinds if state.epoch == source.epoch else {})
    kinds.update(changes)
    pending = kinds.total()
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
    if not after.changes:
        state.clean_kinds = {}
    elif after.changes > clock.changes:
        state.clean_kinds = dict(Counter(state.clean_kinds) + kinds)
    state.last_good_at = now if is_good and not source.is_soaking else after.last_good_at
    state.pause, state.restart = after.pause, after.restart
    state.pending_kinds = {} if is_good else dict(kinds)
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
