"""One verdict over all members of a step: the worst of theirs, with who it is. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rollouts.gates.facts import Facts, MemberFacts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.gates.naming import every, listed


def sort_out(  # noqa: PLR0913  (the words of one gate)
    gate: str,
    facts: Facts,
    *,
    verdict: Callable[[MemberFacts], Verdict],
    passed: str,
    failed: str,
    unknown: str,
    why: Callable[[MemberFacts], str] = lambda one: one.sentence,
) -> Judgement:
    """Return the judgement over the members: fail before unknown before pass.

    Shapes
        passed          the sentence when all pass, `{all}` for them: "Both sides answer for {all}"
        failed, unknown what is said of the others, `{is}` and `{has}` agreeing in number:
                        "{is} without a table"
        why             the sentence of the first that stands in the way
    """
    members = facts.members
    if not members:
        return nobody(gate)
    by = {said: [one for one in members if verdict(one) == said] for said in Verdict}
    measured = f"{len(by[Verdict.PASS]):,} of {len(members):,}"
    required = every(len(members), "target")
    worst = next(said for said in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS) if by[said])
    if worst == Verdict.PASS:
        sentence = f"{passed.format(all=_all_of(members))}."
        return Judgement(gate, worst, sentence, measured, required)
    closed = by[worst]
    words = failed if worst == Verdict.FAIL else unknown
    return Judgement(
        gate,
        worst,
        f"{_who(closed, members, words)} {_reason(closed, why)}".strip(),
        measured,
        required,
        min((one.next_look_at for one in closed if one.next_look_at), default=None),
        tuple(one.key for one in closed),
    )


def nobody(gate: str) -> Judgement:
    """Return the judgement of a step that moves no target: nothing is known of nobody."""
    return Judgement(gate, Verdict.UNKNOWN, "No target of the tier can make this step.")


def _all_of(members: Sequence[MemberFacts]) -> str:
    return members[0].name if len(members) == 1 else every(len(members), "target")


def _who(closed: Sequence[MemberFacts], members: Sequence[MemberFacts], words: str) -> str:
    """Return who keeps the gate closed: "2 of 3 targets are not clean: kube-1 and kube-2."."""
    is_one = len(closed) == 1
    said = words.format(**{"is": "is" if is_one else "are", "has": "has" if is_one else "have"})
    if len(members) == 1:
        return f"{members[0].name} {said}."
    names = listed([one.name for one in closed])
    return f"{len(closed):,} of {len(members):,} targets {said}: {names}."


def _reason(closed: Sequence[MemberFacts], why: Callable[[MemberFacts], str]) -> str:
    """Return why the first of them does, named where it is one of several."""
    reason = why(closed[0]).strip()
    return f"{closed[0].name}: {reason}" if reason and len(closed) > 1 else reason
