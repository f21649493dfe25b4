"""Fresh: what is known was proven within three intervals."""

from __future__ import annotations

from rollouts.gates.facts import Facts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.gates.members import sort_out

NAME = "fresh"


def fresh(facts: Facts) -> Judgement:
    """Judge whether every member was proven lately. Nothing known is nothing proven: unknown."""
    return sort_out(
        NAME,
        facts,
        verdict=lambda one: Verdict.PASS if one.is_fresh else Verdict.UNKNOWN,
        passed="The last proof is at most three intervals old for {all}",
        failed="",
        unknown="{has} no fresh proof",
        why=lambda one: one.why_not_fresh,
    )
