"""Record one look: judge it against earlier ones and write all that follows, or nothing.

Flow: address -> fetch -> parse -> canonical -> compare -> *judge -> store*.

Theory. Whoever holds the claim may record, once. A look of an older epoch (the mode or an address
changed while it was under way) proves nothing: it is dropped and taken again at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from diffs.judge import Judgement, Past, Patience, judge
from diffs.looking.order import Seen
from diffs.looking.patience import seconds_until_next
from diffs.looking.words import sentence
from diffs.models import Source, SourceState
from diffs.operations.begin_look import Begun
from diffs.operations.keep_clock import keep_clock, pending_changes
from diffs.operations.keep_history import Entry, keep_history
from diffs.operations.keep_occurrences import keep_occurrences, past_sightings
from diffs.operations.keep_pair import KeptPair, keep_comparison, keep_side
from diffs.operations.keep_side_state import keep_side_states
from diffs.outcomes import COMPARED, GOOD, RESETTING, SETTLING, Outcome

TRACKED = COMPARED | {Outcome.REFUSED, Outcome.DUPLICATE_ID}
"""Outcomes whose differences are followed: both tables were there and are believed to be whole."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the look came to, with the side it is about and the words for it."""

    outcome: Outcome
    side: str
    sentence: str
    judgement: Judgement | None


def record_look(begun: Begun, seen: Seen, *, now: datetime) -> Outcome | None:
    """Write down what a look came to; None where the claim was lost or the look is outdated."""
    with transaction.atomic():
        state = SourceState.objects.select_for_update().get(source_id=begun.source_id)
        if state.claim != begun.claim or state.claimed_until is None or state.claimed_until <= now:
            return None
        source = Source.objects.get(pk=begun.source_id)
        state.claim, state.claimed_until = "", None
        if source.epoch != begun.epoch:
            state.next_look_at = now
            state.save(update_fields=["claim", "claimed_until", "next_look_at"])
            return None
        return _record(source, state, begun, seen, now)


def _record(source: Source, state: SourceState, begun: Begun, seen: Seen, now: datetime) -> Outcome:
    """Write the look in its transaction, the claim being held."""
    state.looks += 1
    sides = {row.side: row for row in source.side_states.select_related("snapshot__base")}
    snapshots = {
        side.side.value: keep_side(begun.order, side, sides.get(side.side), now=now)
        for side in (seen.legacy, seen.shadow)
        if side is not None
    }
    pair = keep_comparison(begun.order, seen, now=now)
    verdict = _verdict(source, state, begun, seen, pair, now)
    confirmed = verdict.judgement.confirmed if verdict.judgement else frozenset[str]()
    if verdict.outcome in TRACKED:
        state.differences = keep_occurrences(
            source.pk, pair.findings, confirmed=confirmed, now=now, look=state.looks
        )
        if verdict.judgement:  # a route that never settles is one difference, whatever its texts
            unstable = len(verdict.judgement.unstable_keys)
            state.differences = max(state.differences, unstable)
    changes = pending_changes(begun, seen)
    earned = keep_clock(source, state, verdict.outcome, changes=changes, now=now)
    keep_side_states(source, sides, seen, snapshots, now=now)
    _save(source, state, begun, verdict, pair, now)
    keep_history(
        Entry(
            source_id=source.pk,
            epoch=source.epoch,
            outcome=verdict.outcome,
            side=verdict.side,
            sentence=verdict.sentence,
            comparison_id=pair.comparison_id,
            at=now,
            changes=earned,
            differences=state.differences,
            routes=pair.total,
            look_seconds=state.look_seconds or 0.0,
        )
    )
    return verdict.outcome


def _verdict(
    source: Source,
    state: SourceState,
    begun: Begun,
    seen: Seen,
    pair: KeptPair,
    now: datetime,
) -> Verdict:
    """Say what the look came to: the problem that applies first, else the judged comparison."""
    judgement = _judged(source, state, begun, seen, pair, now) if pair.findings else None
    if seen.problem is not None:
        side = seen.problem.side or ""
        return Verdict(seen.problem.outcome, side, seen.problem.sentence, judgement)
    if seen.shadow is None:
        outcome = Outcome.NOT_COMPARED
    else:
        outcome = judgement.outcome if judgement else Outcome.EQUAL
    text = sentence(
        outcome,
        total=pair.total,
        differing=len(pair.findings),
        unstable=judgement.unstable_keys if judgement else (),
    )
    return Verdict(outcome, "", text, judgement)


def patience() -> Patience:
    """Return how long a difference is given the benefit of the doubt, from the settings."""
    return Patience(
        confirm_seconds=2 * settings.SOURCE_INTERVAL_SECONDS,
        lag_max_seconds=settings.LAG_MAX_SECONDS,
    )


def _judged(
    source: Source,
    state: SourceState,
    begun: Begun,
    seen: Seen,
    pair: KeptPair,
    now: datetime,
) -> Judgement:
    """Judge a pair that differs against what earlier looks saw."""
    terms = patience()
    seen_before = past_sightings(source.pk, now=now, patience=terms)
    return judge(
        pair.findings,
        past=Past(seen_before, state.lag_since),
        is_late=_is_late(begun, seen, pair.findings),
        now=now,
        look=state.looks,
        patience=terms,
    )


def _is_late(begun: Begun, seen: Seen, findings: Mapping[str, str]) -> bool:
    """Say whether one side says, on every route that differs, what the other said one look ago."""
    left, right = seen.legacy.table, seen.shadow.table if seen.shadow else None
    before, shadow_order = begun.order.legacy.before, begun.order.shadow
    if left is None or right is None or shadow_order is None:
        return False
    if before.lines is None or shadow_order.before.lines is None:
        return False
    legacy_then, shadow_then = before.lines.digests, shadow_order.before.lines.digests
    return all(
        right.digests.get(key) == legacy_then.get(key)
        or left.digests.get(key) == shadow_then.get(key)
        for key in findings.values()
    )


def _save(
    source: Source,
    state: SourceState,
    begun: Begun,
    verdict: Verdict,
    pair: KeptPair,
    now: datetime,
) -> None:
    """Write the state row and when to look next."""
    outcome = verdict.outcome
    is_repeated = state.outcome == outcome
    if (state.outcome, state.side) != (outcome, verdict.side):
        state.outcome_since = now
    if outcome not in SETTLING:
        state.settled = outcome
    state.outcome, state.side, state.sentence = outcome, verdict.side, verdict.sentence
    state.epoch, state.last_look_at = source.epoch, now
    state.look_seconds = (now - begun.began_at).total_seconds()
    if outcome in TRACKED:
        state.total, state.matched = pair.total, pair.matched
    if outcome in GOOD | RESETTING:
        state.last_proof_at = now
    if outcome in GOOD and state.lag_since is not None:
        state.lag_seconds = (now - state.lag_since).total_seconds()
    state.lag_since = verdict.judgement.lag_since if verdict.judgement else None
    state.failures = state.failures + 1 if outcome is Outcome.UNREACHABLE else 0
    wait = seconds_until_next(
        outcome,
        interval_seconds=source.interval_seconds,
        source_interval_seconds=settings.SOURCE_INTERVAL_SECONDS,
        failures=state.failures,
        is_repeated=is_repeated,
    )
    state.next_look_at = begun.began_at + timedelta(seconds=wait)
    state.save()
