"""Reachable: the sides that the step stands on answer with a table."""

from __future__ import annotations

from rollouts.gates.facts import Facts, MemberFacts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.gates.members import sort_out

NAME = "reachable"
SILENT = {"", "unreachable", "not_ready", "not_a_table", "truncated"}
WRONG = {"same_address"}


def reachable(facts: Facts) -> Judgement:
    """Judge whether every member's sides gave a table at the last look.

    In mode off only the legacy side is read: the shadow need not exist yet. Who does not answer
    proves nothing either way: unknown.
    """
    return sort_out(
        NAME,
        facts,
        verdict=_verdict,
        passed="The legacy side answers" if facts.from_mode == "off" else "Both sides answer",
        failed="not two sides",
        unknown="without a table",
    )


def _verdict(one: MemberFacts) -> Verdict:
    if one.outcome in WRONG:
        return Verdict.FAIL
    return Verdict.UNKNOWN if one.outcome in SILENT else Verdict.PASS
