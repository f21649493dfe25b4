"""Accepted by Skipper: it would load the shadow's table whole, without a refused route."""

from __future__ import annotations

from rollouts.gates.facts import Facts, MemberFacts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.gates.members import sort_out

NAME = "accepted"
REFUSED = {"refused", "duplicate_id"}
READ = {"equal", "equal_after_rules", "lag", "unconfirmed", "unstable", "different"}


def accepted(facts: Facts) -> Judgement:
    """Judge whether every member's tables were read whole and hold no route Skipper refuses."""
    return sort_out(
        NAME,
        facts,
        verdict=_verdict,
        passed="Skipper would accept the tables",
        failed="with a route that Skipper refuses",
        unknown="not read whole at the last look",
    )


def _verdict(one: MemberFacts) -> Verdict:
    if one.outcome in REFUSED:
        return Verdict.FAIL
    return Verdict.PASS if one.outcome in READ else Verdict.UNKNOWN
