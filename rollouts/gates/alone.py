"""Alone: nothing else moves these targets."""

from __future__ import annotations

from rollouts.gates.facts import Facts
from rollouts.gates.judgement import Judgement, Verdict

NAME = "alone"


def alone(facts: Facts) -> Judgement:
    """Judge whether another promotion is open on these targets; a promotion never counts itself."""
    if not facts.open_promotions:
        return Judgement(NAME, Verdict.PASS, "No other promotion is open on these targets.")
    first = facts.open_promotions[0]
    return Judgement(
        NAME,
        Verdict.FAIL,
        f"{first.name} is open: {first.words}.",
        first.name,
        "no other promotion",
    )
