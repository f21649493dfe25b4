"""Alone: nothing else moves these targets."""

from __future__ import annotations

from rollouts.gates.facts import Facts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.gates.members import nobody
from rollouts.gates.naming import counted, listed

NAME = "alone"


def alone(facts: Facts) -> Judgement:
    """Judge whether another promotion is open on these targets; a promotion never counts itself."""
    others = facts.open_promotions
    if others:
        names = listed([one.name for one in others])
        is_one = len(others) == 1
        sentence = f"{names} {'is' if is_one else 'are'} open on these targets."
        first = f"{others[0].name} moves {others[0].words}."
        required = "no other promotion"
        return Judgement(NAME, Verdict.FAIL, f"{sentence} {first}", names, required)
    if not facts.members:
        return nobody(NAME)
    count = counted(len(facts.members), "target")
    these = "this target" if len(facts.members) == 1 else f"these {count}"
    return Judgement(NAME, Verdict.PASS, f"No other promotion is open on {these}.")
