"""Say what a look came to, against what earlier looks saw. Part of the look's transaction.

Flow: address -> fetch -> parse -> canonical -> compare -> *judge* -> store.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings

from diffs.judge import Judgement, Moment, Past, Patience, judge
from diffs.looking.order import Problem, Seen
from diffs.looking.patience import is_failing
from diffs.looking.words import sentence
from diffs.models import SourceState
from diffs.operations.begin_look import Begun
from diffs.operations.keep_occurrences import past_sightings, present_keys
from diffs.operations.keep_pair import KeptPair
from diffs.outcomes import GOOD, Outcome, Side


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the look came to, with the side it is about and the words for it.

    `is_failing` says that it failed so that the source is left alone for longer.
    `is_lag_over` says that both sides agree since the side that was late says what the other said:
    a lag that ends because the other one took it back was none.
    """

    outcome: Outcome
    side: str
    sentence: str
    judgement: Judgement | None = None
    is_lag_over: bool = False
    is_failing: bool = False


def judge_look(
    state: SourceState,
    begun: Begun,
    seen: Seen,
    pair: KeptPair,
    *,
    now: datetime,
    expected: Collection[str] = (),
) -> Verdict:
    """Say what the look came to: the problem that applies first, else the judged comparison.

    Agreement is a fact of the look, never the absence of findings: a pair that is neither equal nor
    different shows that Penumbra contradicts itself. What people expect is left out before anything
    is judged, so that it hides no other difference, no lag and no route that never settles.

    Shapes
        expected    digests of the findings that people expect
    """
    pair, whole = _without(pair, expected), pair
    late = _late_side(begun, seen, pair)
    at = Moment(state.looks, begun.began_at, now)
    judgement = _judged(state, seen, pair, late, at) if pair.findings else None
    if seen.problem is not None:
        return _doubted(begun, seen, seen.problem, judgement)
    if seen.shadow is None:
        outcome = Outcome.NOT_COMPARED
    elif judgement is not None:
        outcome = judgement.outcome
    elif seen.is_equal:
        outcome = Outcome.EQUAL
    elif whole.findings:
        outcome = Outcome.EXPECTED
    elif pair.hidden or pair.explained:
        outcome = Outcome.EQUAL_AFTER_RULES
    else:
        text = "The tables are not equal, yet no route differs: this build cannot be trusted."
        return Verdict(Outcome.UNTRUSTED, "", text)
    side = (late or state.side) if outcome is Outcome.LAG else ""
    is_settled = judgement is not None and outcome is Outcome.DIFFERENT
    differing = _confirmed(judgement, pair) if judgement and is_settled else pair.differing
    text = sentence(
        outcome,
        total=pair.total,
        differing=differing,
        seen_once=pair.differing - differing,
        unstable=judgement.unstable_keys if judgement else (),
        late=side,
        noun=begun.order.format.words.noun,
        expected=len(whole.findings) - len(pair.findings),
        hidden=pair.hidden,
        explained=pair.explained,
    )
    is_lag_over = outcome in GOOD and _did_catch_up(state, begun, seen)
    return Verdict(outcome, side, text, judgement, is_lag_over)


def _without(pair: KeptPair, expected: Collection[str]) -> KeptPair:
    """Return the pair without what people expect; whole where not all of it is known."""
    if pair.unkept or not expected:
        return pair
    left = {digest: key for digest, key in pair.findings.items() if digest not in expected}
    return replace(pair, findings=left)


def _doubted(begun: Begun, seen: Seen, problem: Problem, judgement: Judgement | None) -> Verdict:
    """Return the verdict on a look with a problem."""
    side_seconds = begun.order.reach.limits.total_seconds
    return Verdict(
        problem.outcome,
        problem.side or "",
        problem.sentence,
        judgement,
        is_failing=is_failing(seen, side_seconds=side_seconds),
    )


def patience() -> Patience:
    """Return how long a difference is given the benefit of the doubt, from the settings."""
    return Patience(
        confirm_seconds=2 * settings.SOURCE_INTERVAL_SECONDS,
        lag_max_seconds=settings.LAG_MAX_SECONDS,
    )


def _judged(state: SourceState, seen: Seen, pair: KeptPair, late: str, at: Moment) -> Judgement:
    """Judge a pair that differs against what earlier looks saw."""
    terms = patience()
    sightings = past_sightings(state.source_id, now=at.now, patience=terms)
    is_doubted = seen.problem is not None  # a table that is doubted is not late, but wrong
    return judge(
        pair.findings,
        past=Past(sightings, None if is_doubted else state.lag_since, _last_began_at(state)),
        is_late=bool(late) and not is_doubted,
        at=at,
        patience=terms,
    )


def _last_began_at(state: SourceState) -> datetime | None:
    """Return when the look before this one began."""
    if state.last_look_at is None:
        return None
    return state.last_look_at - timedelta(seconds=state.look_seconds or 0.0)


def _confirmed(judgement: Judgement, pair: KeptPair) -> int:
    """Return how many routes differ for sure; those not kept do once all that are kept do."""
    count = len(judgement.confirmed)
    return pair.differing if count == len(pair.findings) else count


def _late_side(begun: Begun, seen: Seen, pair: KeptPair) -> str:
    """Return the side that says, on every route that differs, what the other said one look ago."""
    legacy, shadow = (
        _then_and_now(begun, seen, Side.LEGACY),
        _then_and_now(begun, seen, Side.SHADOW),
    )
    if legacy is None or shadow is None or not pair.findings:
        return ""
    keys = set(pair.findings.values())
    if pair.unkept:
        keys |= _differing(legacy[1], shadow[1])
    if all(shadow[1].get(key) == legacy[0].get(key) for key in keys):
        return Side.SHADOW
    if all(legacy[1].get(key) == shadow[0].get(key) for key in keys):
        return Side.LEGACY
    return ""


def _did_catch_up(state: SourceState, begun: Begun, seen: Seen) -> bool:
    """Say whether the side that was late one look ago has moved on every route it was late on."""
    if state.lag_since is None or not state.side:
        return False
    legacy, shadow = (_then_and_now(begun, seen, side) for side in Side)
    if legacy is None or shadow is None:
        return False
    keys = present_keys(state.source_id)
    if state.unkept:
        keys |= _differing(legacy[0], shadow[0])
    late = legacy if state.side == Side.LEGACY else shadow
    return all(late[0].get(key) != late[1].get(key) for key in keys)


def _differing(left: Mapping[str, bytes], right: Mapping[str, bytes]) -> set[str]:
    """Return the route ids that two tables do not say the same about."""
    return {key for key, _ in left.items() ^ right.items()}


def _then_and_now(
    begun: Begun, seen: Seen, side: Side
) -> tuple[Mapping[str, bytes], Mapping[str, bytes]] | None:
    """Return {route id: digest} of one look ago and of this one; None where either is unknown."""
    is_legacy = side is Side.LEGACY
    order = begun.order.legacy if is_legacy else begun.order.shadow
    part = seen.legacy if is_legacy else seen.shadow
    if order is None or part is None or order.before.lines is None or part.lines is None:
        return None
    return order.before.lines.digests, part.lines.digests
