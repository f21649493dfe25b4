"""Clean: both sides say the same, and nothing casts doubt on it."""

from __future__ import annotations

from rollouts.gates.facts import Facts, MemberFacts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.gates.members import sort_out

NAME = "clean"
CLEAN = "clean"
UNDECIDED = {"unconfirmed", "unseen", "stale", "not_ready", "unreachable", "not_compared"}


def clean(facts: Facts) -> Judgement:
    """Judge whether every member's word is clean: stale, settling or unread is unknown."""
    if facts.untrusted:
        return Judgement(NAME, Verdict.FAIL, facts.untrusted, "untrusted", "a passed self-test")
    return sort_out(
        NAME,
        facts,
        verdict=_verdict,
        passed="0 differences",
        failed="not clean",
        unknown="not known to be clean",
    )


def _verdict(one: MemberFacts) -> Verdict:
    if one.state == CLEAN and not one.differences:
        return Verdict.PASS
    return Verdict.UNKNOWN if one.state in UNDECIDED else Verdict.FAIL
