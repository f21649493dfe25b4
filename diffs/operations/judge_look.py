"""Say what a look came to, against what earlier looks saw. Part of the look's transaction.

Flow: address -> fetch -> parse -> canonical -> compare -> *judge* -> store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from diffs.judge import Judgement, Past, Patience, judge
from diffs.looking.order import Seen, SideOrder, SideSeen
from diffs.looking.words import sentence
from diffs.models import SourceState
from diffs.operations.begin_look import Begun
from diffs.operations.keep_occurrences import past_sightings
from diffs.operations.keep_pair import KeptPair
from diffs.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the look came to, with the side it is about and the words for it."""

    outcome: Outcome
    side: str
    sentence: str
    judgement: Judgement | None = None


def judge_look(
    state: SourceState, begun: Begun, seen: Seen, pair: KeptPair, *, now: datetime
) -> Verdict:
    """Say what the look came to: the problem that applies first, else the judged comparison.

    Agreement is a fact of the look, never the absence of findings: a pair that is neither equal nor
    different shows that Penumbra contradicts itself.
    """
    judgement = _judged(state, begun, seen, pair, now) if pair.findings else None
    if seen.problem is not None:
        side = seen.problem.side or ""
        return Verdict(seen.problem.outcome, side, seen.problem.sentence, judgement)
    if seen.shadow is None:
        outcome = Outcome.NOT_COMPARED
    elif judgement is not None:
        outcome = judgement.outcome
    elif seen.is_equal:
        outcome = Outcome.EQUAL
    else:
        text = "The tables are not equal, yet no route differs: this build cannot be trusted."
        return Verdict(Outcome.UNTRUSTED, "", text)
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
    state: SourceState, begun: Begun, seen: Seen, pair: KeptPair, now: datetime
) -> Judgement:
    """Judge a pair that differs against what earlier looks saw."""
    terms = patience()
    sightings = past_sightings(state.source_id, now=now, patience=terms)
    is_doubted = seen.problem is not None  # a table that is doubted is not late, but wrong
    return judge(
        pair.findings,
        past=Past(sightings, None if is_doubted else state.lag_since),
        is_late=not is_doubted and _is_late(begun, seen, pair.findings),
        now=now,
        look=state.looks,
        patience=terms,
    )


def _is_late(begun: Begun, seen: Seen, findings: Mapping[str, str]) -> bool:
    """Say whether one side says, on every route that differs, what the other said one look ago."""
    if begun.order.shadow is None or seen.shadow is None:
        return False
    legacy = _then_and_now(begun.order.legacy, seen.legacy)
    shadow = _then_and_now(begun.order.shadow, seen.shadow)
    if legacy is None or shadow is None:
        return False
    return all(
        shadow[1].get(key) == legacy[0].get(key) or legacy[1].get(key) == shadow[0].get(key)
        for key in findings.values()
    )


def _then_and_now(
    order: SideOrder, seen: SideSeen
) -> tuple[Mapping[str, bytes], Mapping[str, bytes]] | None:
    """Return {route id: digest} of one look ago and of this one; None where either is unknown."""
    if order.before.lines is None or seen.lines is None:
        return None
    return order.before.lines.digests, seen.lines.digests
