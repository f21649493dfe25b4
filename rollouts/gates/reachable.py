"""Reachable: the sides that the step stands on answer with a table."""

from __future__ import annotations

from diffs.outcomes import COMPARED, Outcome
from rollouts.gates.facts import Facts, MemberFacts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.gates.members import sort_out
from rollouts.machine import Mode

NAME = "reachable"
WRONG = {Outcome.SAME_ADDRESS, Outcome.SWAPPED}
ANSWERED = COMPARED | {
    Outcome.REFUSED,
    Outcome.DUPLICATE_ID,
    Outcome.SUSPECT,
    Outcome.STALE_SOURCE,
    Outcome.MOVED,
}
"""Outcomes to which a look comes only where every side that is read gave a table."""


def reachable(facts: Facts) -> Judgement:
    """Judge whether every member's sides gave a table at the last look.

    In mode off only the legacy side is read: the shadow need not exist yet. Who does not answer
    proves nothing either way: unknown.
    """
    is_off = facts.from_mode == Mode.OFF
    answered = ANSWERED | ({Outcome.NOT_COMPARED} if is_off else set())
    return sort_out(
        NAME,
        facts,
        verdict=lambda one: _verdict(one, answered),
        passed=f"{'The legacy side answers' if is_off else 'Both sides answer'} for {{all}}",
        failed="{has} a wrong address",
        unknown="{is} without a table",
    )


def _verdict(one: MemberFacts, answered: frozenset[Outcome]) -> Verdict:
    if one.outcome in WRONG:
        return Verdict.FAIL
    return Verdict.PASS if one.outcome in answered else Verdict.UNKNOWN
