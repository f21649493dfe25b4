"""Order: every tier before holds the mode and has baked."""

from __future__ import annotations

from rollouts.gates.facts import EarlierTier, Facts, UnseenMove
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.gates.members import nobody
from rollouts.gates.naming import counted, every, listed, span, span_left

NAME = "order"


def order(facts: Facts) -> Judgement:
    """Judge the first earlier tier that is not there, those that are known not to be before others.

    A tier without targets holds up nobody; of one whose targets are all set aside nobody can tell.
    """
    earlier = [tier for tier in facts.earlier if tier.targets or tier.set_aside]
    closed = [said for tier in earlier if (said := _closed(tier, facts.to_mode))]
    if closed:
        return min(closed, key=lambda said: said.verdict != Verdict.FAIL)
    if not facts.members:
        return nobody(NAME)
    return _passed(earlier, facts.to_mode)


def _passed(earlier: list[EarlierTier], mode: str) -> Judgement:
    if not earlier:
        return Judgement(NAME, Verdict.PASS, "No tier comes before this one.", "first")
    last = earlier[-1]
    held, aside = span(last.held_seconds or 0), _aside(sum(len(tier.set_aside) for tier in earlier))
    sentence = f"{last.name} has been in {mode} for {held} and has baked."
    if len(earlier) > 1:
        before = every(len(earlier), "tier").capitalize()
        sentence = (
            f"{before} before this one are in {mode} and have baked; {last.name}, the last, "
            f"for {held}."
        )
    return Judgement(NAME, Verdict.PASS, f"{sentence}{aside}", held, _required(last, mode))


def _aside(count: int) -> str:
    """Return how many targets are not asked about, after the sentence on the others."""
    if not count:
        return ""
    are = "is" if count == 1 else "are"
    return f" {counted(count, 'target')} {are} set aside and not counted."


def _closed(tier: EarlierTier, mode: str) -> Judgement | None:
    required = _required(tier, mode)
    if not tier.targets:
        return Judgement(NAME, Verdict.UNKNOWN, _nobody_left(tier, mode), "set aside", required)
    if tier.in_mode < tier.targets:
        return Judgement(NAME, Verdict.FAIL, *_missing(tier, mode), required)
    return _unproven(tier, mode) or _unbaked(tier, mode)


def _unproven(tier: EarlierTier, mode: str) -> Judgement | None:
    """Return why nobody can build on a tier that is in the mode."""
    required = _required(tier, mode)
    if tier.move is not None:
        return _unseen_move(tier, tier.move, mode)
    if tier.failing:
        sentence = f"{tier.name} is in {mode}, but {listed(tier.failing)} {_is(tier.failing)} not"
        return Judgement(NAME, Verdict.FAIL, f"{sentence} well there.", "not well", required)
    if tier.unseen or tier.held_seconds is None:
        return Judgement(NAME, Verdict.UNKNOWN, _unseen(tier, mode), "not seen", required)
    return None


def _unbaked(tier: EarlierTier, mode: str) -> Judgement | None:
    if tier.held_seconds is not None and tier.held_seconds < tier.bake_seconds:
        return _baking(tier, tier.held_seconds, mode)
    return None


def _nobody_left(tier: EarlierTier, mode: str) -> str:
    count = len(tier.set_aside)
    all_of_it = "its only target is" if count == 1 else f"all of its {count:,} targets are"
    return (
        f"{tier.name} comes first, and {all_of_it} set aside, so that nobody can tell how it does"
        f" in {mode}."
    )


def _unseen_move(tier: EarlierTier, move: UnseenMove, mode: str) -> Judgement:
    """Judge a tier that is in the mode as far as it was written, and as nobody saw."""
    names, required = listed(move.targets), _required(tier, mode)
    if move.is_open:
        sentence = f"{move.name} of {tier.name} is {move.state}: {names} {_was(move.targets)} not"
        return Judgement(NAME, Verdict.UNKNOWN, f"{sentence} seen there yet.", "not seen", required)
    sentence = (
        f"{move.name} of {tier.name} ended as {move.state}, and since then nobody has seen {names}"
        f" in {mode}."
    )
    return Judgement(NAME, Verdict.FAIL, sentence, "not seen", required)


def _baking(tier: EarlierTier, held_seconds: float, mode: str) -> Judgement:
    held, left = span(held_seconds), span_left(tier.bake_seconds - held_seconds)
    sentence = (
        f"{tier.name} bakes: it has been in {mode} for {held} of {span(tier.bake_seconds)}, "
        f"{left} to go."
    )
    share = max(held_seconds / tier.bake_seconds, 0.0) if tier.bake_seconds else 0.0
    required = _required(tier, mode)
    return Judgement(NAME, Verdict.FAIL, sentence, held, required, share=share)


def _missing(tier: EarlierTier, mode: str) -> tuple[str, str]:
    """Return the sentence on a tier that is not wholly in the mode, and what was measured."""
    if tier.targets == 1:
        return f"{tier.name} comes first, and its only target is not in {mode}.", f"not in {mode}"
    share = f"only {tier.in_mode:,}" if tier.in_mode else "none"
    are = "is" if tier.in_mode == 1 else "are"
    sentence = f"{tier.name} comes first, and {share} of its {tier.targets:,} targets {are} in"
    return f"{sentence} {mode}.", f"{tier.in_mode:,} of {tier.targets:,} in {mode}"


def _unseen(tier: EarlierTier, mode: str) -> str:
    if not tier.unseen:
        return f"{tier.name} is in {mode}, but nobody can tell since when."
    who = f"{listed(tier.unseen)} {_is(tier.unseen)}"
    return f"{tier.name} is in {mode}, but nobody can tell whether {who} well there."


def _required(tier: EarlierTier, mode: str) -> str:
    return f"{tier.name} in {mode} for {span(tier.bake_seconds)}"


def _is(names: tuple[str, ...]) -> str:
    return "is" if len(names) == 1 else "are"


def _was(names: tuple[str, ...]) -> str:
    return "was" if len(names) == 1 else "were"
