"""Accepted: both sides' tables would be loaded whole, without a refused route.

Of routes it is Skipper who would load them; of anything else nobody knows more than that it can be
read.
"""

from __future__ import annotations

from diffs.outcomes import COMPARED, Outcome
from rollouts.gates.facts import Facts, MemberFacts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.gates.members import sort_out

NAME = "accepted"
ROUTE = "route"
REFUSED = {Outcome.REFUSED, Outcome.DUPLICATE_ID}


def accepted(facts: Facts) -> Judgement:
    """Judge whether every member's tables were read whole and hold no route Skipper refuses."""
    nouns = {one.noun for one in facts.members}
    if nouns - {ROUTE}:
        noun = min(nouns - {ROUTE})
        return sort_out(
            NAME,
            facts,
            verdict=_verdict,
            passed=f"Every {noun} can be read for {{all}}",
            failed=f"{{has}} a {noun} that cannot be read",
            unknown="{is} not known to be readable as a whole",
        )
    return sort_out(
        NAME,
        facts,
        verdict=_verdict,
        passed="No route would make Skipper refuse a whole table for {all}",
        failed="{has} a table that Skipper would refuse",
        unknown="{is} not known to be accepted by Skipper",
    )


def _verdict(one: MemberFacts) -> Verdict:
    if one.outcome in REFUSED:
        return Verdict.FAIL
    return Verdict.PASS if one.outcome in COMPARED else Verdict.UNKNOWN
