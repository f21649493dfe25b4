"""Clean: both sides say the same but for what people expect, and nothing casts doubt on it."""

from __future__ import annotations

from diffs.outcomes import SETTLING, UNTESTED, Outcome
from rollouts.gates.facts import Facts, MemberFacts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.gates.members import sort_out

NAME = "clean"
CLEAN = {"clean", "expected"}
"""States in which nothing differs but what people expect."""

WRONG = {"differs", "refused", "suspect"}
"""States that say that something is wrong; every other one says that nobody can tell."""

UNDECIDED = SETTLING - {Outcome.LAG}
"""What a second look decides. A bounded lag is clean: a side says what the other said before."""


def clean(facts: Facts) -> Judgement:
    """Judge whether every member's word is clean: stale, settling or unread is unknown."""
    if facts.untrusted:
        is_untested = facts.untrusted == UNTESTED
        return Judgement(
            NAME,
            Verdict.UNKNOWN if is_untested else Verdict.FAIL,
            facts.untrusted,
            "untested" if is_untested else "untrusted",
            "a passed self-test",
        )
    return sort_out(
        NAME,
        facts,
        verdict=_verdict,
        passed="Both sides say the same for {all}",
        failed="{is} not clean",
        unknown="{is} not known to be clean",
    )


def _verdict(one: MemberFacts) -> Verdict:
    if one.state in WRONG:
        return Verdict.FAIL
    if one.state not in CLEAN or not one.outcome or one.outcome in UNDECIDED:
        return Verdict.UNKNOWN
    return Verdict.FAIL if one.differences and one.outcome != Outcome.LAG else Verdict.PASS
