"""Order: every tier before holds the mode and has baked."""

from __future__ import annotations

from rollouts.gates.facts import EarlierTier, Facts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.gates.naming import listed, span

NAME = "order"


def order(facts: Facts) -> Judgement:
    """Judge the first earlier tier that is not there; a tier without targets holds up nobody."""
    earlier = [tier for tier in facts.earlier if tier.targets]
    if not earlier:
        return Judgement(NAME, Verdict.PASS, "No tier comes before this one.", "first", "")
    for tier in earlier:
        if closed := _closed(tier, facts.to_mode):
            return closed
    last = earlier[-1]
    held = span(last.held_seconds or 0)
    sentence = (
        f"{last.name} holds {facts.to_mode} since {held}, and every tier before it has baked."
    )
    return Judgement(NAME, Verdict.PASS, sentence, held, span(last.bake_seconds))


def _closed(tier: EarlierTier, mode: str) -> Judgement | None:
    required = f"{tier.name} in {mode} for {span(tier.bake_seconds)}"
    if tier.in_mode < tier.targets or tier.held_seconds is None:
        measured = f"{tier.in_mode} of {tier.targets} in {mode}"
        sentence = f"{tier.name} comes first: {measured}."
        return Judgement(NAME, Verdict.FAIL, sentence, measured, required)
    if tier.failing:
        sentence = f"{tier.name} is not well in {mode}: {listed(tier.failing)}."
        return Judgement(NAME, Verdict.FAIL, sentence, "not well", required)
    if tier.unseen:
        sentence = f"Nobody can tell whether {tier.name} is well: {listed(tier.unseen)}."
        return Judgement(NAME, Verdict.UNKNOWN, sentence, "not seen", required)
    if tier.held_seconds < tier.bake_seconds:
        held = span(tier.held_seconds)
        left = span(max(tier.bake_seconds - tier.held_seconds, 1))
        sentence = (
            f"{tier.name} bakes: {held} of {span(tier.bake_seconds)} in {mode}, {left} to go."
        )
        share = tier.held_seconds / tier.bake_seconds
        return Judgement(NAME, Verdict.FAIL, sentence, held, required, share=share)
    return None
