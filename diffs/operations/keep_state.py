"""Keep what the last look came to, and when to look next. Part of the look's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from diffs.looking.patience import seconds_until_next
from diffs.models import Source, SourceState
from diffs.operations.judge_look import Verdict
from diffs.operations.keep_pair import KeptPair
from diffs.outcomes import COMPARED, GOOD, RESETTING, SETTLING, Outcome

TRACKED = COMPARED | {Outcome.REFUSED, Outcome.DUPLICATE_ID}
"""Outcomes whose differences are followed: both tables were there and are believed to be whole."""


def ended_lag(state: SourceState, verdict: Verdict, *, now: datetime) -> float | None:
    """Return how long the lag lasted, in seconds, that ends with this look; None where none does.

    One that ends as a difference lasted at least that long; one whose other side took back what it
    had said was none.
    """
    if state.lag_since is None:
        return None
    is_wrong = verdict.outcome is Outcome.DIFFERENT and (
        verdict.judgement is None or verdict.judgement.lag_since is None
    )
    return (now - state.lag_since).total_seconds() if verdict.is_lag_over or is_wrong else None


def keep_state(
    source: Source,
    state: SourceState,
    verdict: Verdict,
    pair: KeptPair | None,
    *,
    began_at: datetime,
    now: datetime,
) -> None:
    """Write the state row; `pair` is None where nothing was read."""
    outcome = verdict.outcome
    is_repeated = state.outcome == outcome
    if (state.outcome, state.side) != (outcome, verdict.side):
        state.outcome_since = now
    if outcome not in SETTLING:
        state.settled = outcome
    state.outcome, state.side, state.sentence = outcome, verdict.side, verdict.sentence
    state.epoch, state.last_look_at = source.epoch, now
    state.look_seconds = (now - began_at).total_seconds()
    state.outcomes = {**state.outcomes, outcome: state.outcomes.get(outcome, 0) + 1}
    if pair is not None and outcome in TRACKED:
        state.total, state.matched, state.unkept = pair.total, pair.matched, pair.unkept
        state.hidden, state.explained = pair.hidden, pair.explained
        state.hits = {rule: count for rule, count in pair.hits.items() if count}
    if outcome in GOOD | RESETTING:
        state.last_proof_at = now
    if verdict.is_lag_over and state.lag_since is not None:
        state.lag_seconds = (now - state.lag_since).total_seconds()
    state.lag_since = verdict.judgement.lag_since if verdict.judgement else None
    is_unequal = outcome in {Outcome.LAG, Outcome.UNCONFIRMED}
    unequal_since = state.unequal_since or began_at
    state.unequal_since = unequal_since if is_unequal else None
    if outcome is Outcome.LAG:  # over looks that take long it may begin again and again
        is_repeated = (now - unequal_since).total_seconds() > source.interval_seconds
    state.failures = state.failures + 1 if verdict.is_failing else 0
    wait = seconds_until_next(
        outcome,
        interval_seconds=source.interval_seconds,
        source_interval_seconds=settings.SOURCE_INTERVAL_SECONDS,
        failures=state.failures,
        is_repeated=is_repeated,
    )
    # What settles is waited for from when it was seen; the rhythm of all else from look to look.
    state.next_look_at = (now if outcome in SETTLING else began_at) + timedelta(seconds=wait)
    state.save()
