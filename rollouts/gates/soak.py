"""Soak: clean for long enough, looked at often enough, through enough changes."""

from __future__ import annotations

from rollouts.gates.facts import Demand, Facts, MemberFacts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.gates.members import nobody
from rollouts.gates.naming import counted, every, listed, span, span_left

NAME = "soak"


def soak(facts: Facts) -> Judgement:
    """Judge the member with the least proof; a clock that jumps opens nothing, looks count too.

    At least one good look is asked for, whatever the policy says: no look is no proof.
    """
    members, demand = facts.members, facts.demand
    if not members:
        return nobody(NAME)
    lacking = [one for one in members if _lack(one, demand)]
    worst = min(members, key=lambda one: _proof(one, demand))
    measured, required = _measured(worst), _required(demand)
    if not lacking:
        sentence = f"{worst.name} has been clean for {measured}"
        more = f", the least of {every(len(members), 'target')}" if len(members) > 1 else ""
        return Judgement(NAME, Verdict.PASS, f"{sentence}{more}.", measured, required, share=1.0)
    more = f" {_others(len(lacking), len(members))}" if len(members) > 1 else ""
    return Judgement(
        NAME,
        Verdict.FAIL,
        f"{_why(worst, measured, demand)}{more}",
        measured,
        required,
        worst.next_look_at,
        tuple(one.key for one in lacking),
        min(max(_part(worst, demand), 0.0), 1.0),
    )


def _why(worst: MemberFacts, measured: str, demand: Demand) -> str:
    lack = _lack(worst, demand)
    if not worst.is_soaking:
        return f"{worst.name} earns no clean time: {lack}."
    stands = f" Its clock stands still: {worst.pause}." if worst.pause else ""
    if not worst.clean_looks:
        began = f" It began anew: {worst.restart}." if worst.restart else ""
        return f"{worst.name} has no clean time yet: {lack} to go.{stands or began}"
    return f"{worst.name} has been clean for {measured}: {lack} to go.{stands}"


def _others(lacking: int, members: int) -> str:
    return f"{lacking:,} of {members:,} targets {'is' if lacking == 1 else 'are'} not there yet."


def _least(demand: Demand) -> tuple[int, int, int]:
    """Return what is asked for of time, looks and changes."""
    return demand.soak_seconds, max(demand.looks, 1), demand.changes


def _required(demand: Demand) -> str:
    seconds, looks, changes = _least(demand)
    return _amount(span(seconds) if seconds else "", looks, changes)


def _measured(one: MemberFacts) -> str:
    return _amount(span(one.clean_seconds), one.clean_looks, one.clean_changes)


def _amount(time: str, looks: int, changes: int) -> str:
    """Return an amount of proof in words: "1 h over 60 looks and 300 changes applied alike"."""
    seen = counted(looks, "look")
    applied = f" and {counted(changes, 'change')} applied alike" if changes else ""
    return f"{time} over {seen}{applied}" if time else f"{seen}{applied}"


def _lack(one: MemberFacts, demand: Demand) -> str:
    """Return what a member still lacks, in words; "" when nothing."""
    if not one.is_soaking:
        return "the mode read back from it is not shadow"
    seconds, looks, changes = _least(demand)
    lacks = []
    if one.clean_seconds < seconds:
        lacks.append(span_left(seconds - one.clean_seconds))
    if one.clean_looks < looks:
        lacks.append(counted(looks - one.clean_looks, "look"))
    if one.clean_changes < changes:
        lacks.append(f"{counted(changes - one.clean_changes, 'change')} applied alike")
    return listed(lacks)


def _proof(one: MemberFacts, demand: Demand) -> tuple[bool, float, str]:
    """Order members by how much is proven of them, the least first."""
    return one.is_soaking, _part(one, demand), one.name


def _part(one: MemberFacts, demand: Demand) -> float:
    """Return how many times a member has what is asked for, of that which lags most."""
    if not one.is_soaking:
        return 0.0
    have = (one.clean_seconds, one.clean_looks, one.clean_changes)
    pairs = zip(have, _least(demand), strict=True)
    return min(has / wants for has, wants in pairs if wants)
