"""Record one look: judge it against earlier ones and write all that follows, or nothing.

Flow: address -> fetch -> parse -> canonical -> compare -> *judge -> store*.

Theory. Whoever holds the claim may record, once. A look of an older epoch (the mode or an address
changed while it was under way) proves nothing: it is dropped and taken again at once. A look in
which Penumbra itself failed is recorded as well, as `untrusted`: left out, it would leave the word
of the look before standing, and nobody would learn why the target is not looked at.

What was read and compared is stored before, in transactions of its own (see keep_pair): it may be
large, and says nothing about any look.
"""

from __future__ import annotations

import traceback
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from diffs.looking.order import Seen
from diffs.models import Comparison, Source, SourceState
from diffs.operations.begin_look import Begun
from diffs.operations.judge_look import Verdict, judge_look
from diffs.operations.keep_clock import keep_clock, pending_changes, why_restarted
from diffs.operations.keep_history import Entry, keep_history, unseen_since
from diffs.operations.keep_occurrences import forget_lag, keep_occurrences
from diffs.operations.keep_pair import KeptContent, KeptPair, keep_content
from diffs.operations.keep_pods import is_told_of_pods, keep_pods, with_strays
from diffs.operations.keep_side_state import keep_side_states
from diffs.operations.keep_state import TRACKED, ended_lag, keep_state
from diffs.outcomes import Outcome
from diffs.queries.expected import expected_findings


def record_look(begun: Begun, seen: Seen, *, now: datetime) -> Outcome | None:
    """Write down what a look came to; None where the claim was lost or the look is outdated."""
    held = SourceState.objects.filter(source_id=begun.source_id, claim=begun.claim)
    if not held.filter(claimed_until__gt=now).exists():
        return None
    kept = keep_content(begun, seen, now=now)
    with transaction.atomic():
        state = _taken_back(begun.source_id, begun.claim, now)
        if state is None:
            return None
        source = Source.objects.get(pk=begun.source_id)
        if source.epoch != begun.epoch:
            state.next_look_at = now
            state.save(update_fields=["claim", "claimed_until", "next_look_at"])
            return None
        return _record(source, state, begun, seen, kept, now)


def record_failure(
    source_id: int, claim: str, error: Exception, *, now: datetime
) -> Outcome | None:
    """Write down that Penumbra itself failed at a look; None where the claim was lost."""
    sentence = (
        f"Penumbra itself failed at this look ({_place_of(error)}), so nothing was compared."
        " The worker's log says more; report it with these words."
    )
    verdict = Verdict(Outcome.UNTRUSTED, "", sentence)
    with transaction.atomic():
        state = _taken_back(source_id, claim, now)
        if state is None:
            return None
        source = Source.objects.get(pk=source_id)
        state.looks += 1
        previous = state.last_look_at
        keep_clock(source, state, verdict, changes={}, now=now)
        keep_state(source, state, verdict, None, began_at=now, now=now)
        _keep_history(source, state, verdict, previous, now)
    return verdict.outcome


def _taken_back(source_id: int, claim: str, now: datetime) -> SourceState | None:
    """Return the locked state with its claim taken back; None where the claim was lost."""
    state = SourceState.objects.select_for_update().get(source_id=source_id)
    if not claim or state.claim != claim:
        return None
    if state.claimed_until is None or state.claimed_until <= now:
        return None
    state.claim, state.claimed_until = "", None
    return state


def _record(
    source: Source, state: SourceState, begun: Begun, seen: Seen, kept: KeptContent, now: datetime
) -> Outcome:
    """Write the look in its transaction, the claim being held."""
    state.looks += 1
    previous = state.last_look_at
    pair = _still_there(kept.pair)
    expected = expected_findings(pair.variants, labels=source.labels, now=now)
    verdict = judge_look(state, begun, seen, pair, now=now, expected=expected)
    confirmed = verdict.judgement.confirmed if verdict.judgement else frozenset[str]()
    if verdict.is_lag_over and state.lag_since is not None:
        forget_lag(source.pk, since=state.lag_since)
    found = keep_pods(source, begun.order, seen, verdict, now=now)
    counted = None if is_told_of_pods(verdict, found) else pair
    verdict = with_strays(verdict, found)
    if verdict.outcome in TRACKED and counted is not None:
        state.differences = keep_occurrences(
            source.pk,
            pair.findings,
            confirmed=confirmed | expected,
            now=now,
            look=state.looks,
            variants=pair.variants,
        )
        state.expected = len(expected)
        if pair.unkept and state.differences == len(pair.findings):
            state.differences = pair.differing
        if verdict.judgement:  # a route that never settles is one difference, whatever its texts
            unstable = len(verdict.judgement.unstable_keys)
            state.differences = max(state.differences, unstable)
    changes = pending_changes(begun, seen)
    restart = why_restarted(state, begun, seen, pair) if verdict.outcome in TRACKED else ""
    earned = keep_clock(source, state, verdict, changes=changes, now=now, restart=restart)
    keep_side_states(source.pk, begun.order, seen, kept.snapshots, now=now)
    lag = ended_lag(state, verdict, now=now)
    keep_state(source, state, verdict, counted, began_at=begun.began_at, now=now)
    _keep_history(source, state, verdict, previous, now, pair=pair, changes=earned, lag=lag)
    return verdict.outcome


def _still_there(pair: KeptPair) -> KeptPair:
    """Return the pair without its comparison's id where that was forgotten since it was stored."""
    if pair.comparison_id is None or Comparison.objects.filter(pk=pair.comparison_id).exists():
        return pair
    return replace(pair, comparison_id=None)


def _keep_history(  # noqa: PLR0913  (the whole of one look)
    source: Source,
    state: SourceState,
    verdict: Verdict,
    previous: datetime | None,
    now: datetime,
    *,
    pair: KeptPair | None = None,
    changes: int = 0,
    lag: float | None = None,
) -> None:
    """Hand the look to the history."""
    keep_history(
        Entry(
            source_id=source.pk,
            epoch=source.epoch,
            outcome=verdict.outcome,
            side=verdict.side,
            sentence=verdict.sentence,
            comparison_id=pair.comparison_id if pair else None,
            at=now,
            unseen_since=unseen_since(previous, now, interval_seconds=source.interval_seconds),
            changes=changes,
            differences=state.differences,
            routes=pair.total if pair else 0,
            look_seconds=state.look_seconds or 0.0,
            lag_seconds=lag,
        )
    )


def _place_of(error: Exception) -> str:
    """Return an error's kind and where in Penumbra it was raised; never its text, which is data."""
    kind, root = type(error).__name__, settings.ROOT
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(root / "diffs")]
    if not own:
        return kind
    return f"{kind} in {Path(own[-1].filename).relative_to(root)}, line {own[-1].lineno}"
