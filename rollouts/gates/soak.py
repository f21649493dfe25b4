"""Soak: clean for long enough, looked at often enough, through enough changes."""

from __future__ import annotations

from rollouts.gates.facts import Demand, Facts, MemberFacts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.gates.naming import span

NAME = "soak"


def soak(facts: Facts) -> Judgement:
    """Judge the member with the least proof; a clock that jumps opens nothing, looks count too."""
    demand = facts.demand
    required = _required(demand)
    if not facts.members:
        return Judgement(NAME, Verdict.UNKNOWN, "No target soaks.", "", required)
    lacking = [one for one in facts.members if not one.is_soaking or _lack(one, demand)]
    worst = min(facts.members, key=lambda one: (one.is_soaking, _share(one, demand), one.name))
    measured = _measured(worst)
    share = _share(worst, demand) if worst.is_soaking else 0.0
    if not lacking:
        sentence = f"Clean {measured}; {worst.name} has the least."
        return Judgement(NAME, Verdict.PASS, sentence, measured, required, share=1.0)
    more = f" {len(lacking)} of {len(facts.members)} are not there yet." if len(lacking) > 1 else ""
    lack = _lack(worst, demand) if worst.is_soaking else "its mode read back is not shadow"
    return Judgement(
        NAME,
        Verdict.FAIL,
        f"{worst.name} is clean {measured} of {required}: {lack}.{more}",
        measured,
        required,
        worst.next_look_at,
        tuple(one.key for one in lacking),
        share,
    )


def _required(demand: Demand) -> str:
    changes = f", {demand.changes:,} changes" if demand.changes else ""
    return f"{span(demand.soak_seconds)}, {demand.looks:,} looks{changes}"


def _measured(one: MemberFacts) -> str:
    changes = f", {one.clean_changes:,} changes applied alike" if one.clean_changes else ""
    return f"{span(one.clean_seconds)}, {one.clean_looks:,} looks{changes}"


def _lack(one: MemberFacts, demand: Demand) -> str:
    """Return what a member still lacks, in words; "" when nothing."""
    lacks = []
    if one.clean_seconds < demand.soak_seconds:
        lacks.append(span(max(demand.soak_seconds - one.clean_seconds, 1)))
    if one.clean_looks < demand.looks:
        lacks.append(f"{demand.looks - one.clean_looks:,} looks")
    if one.clean_changes < demand.changes:
        lacks.append(f"{demand.changes - one.clean_changes:,} changes")
    return f"{' and '.join(lacks)} to go" if lacks else ""


def _share(one: MemberFacts, demand: Demand) -> float:
    pairs = (
        (one.clean_seconds, demand.soak_seconds),
        (one.clean_looks, demand.looks),
        (one.clean_changes, demand.changes),
    )
    return min((min(have / want, 1.0) for have, want in pairs if want), default=1.0)
