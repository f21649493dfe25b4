"""One verdict over all members of a step: the worst of theirs, with who it is. Pure."""

from __future__ import annotations

from collections.abc import Callable

from rollouts.gates.facts import Facts, MemberFacts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.gates.naming import counted, listed


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
        passed          the sentence's beginning when all pass: "Both sides answer"
        failed, unknown what the others are: "without a table"
        why             the sentence of the first that stands in the way
    """
    by = {said: [one for one in facts.members if verdict(one) == said] for said in Verdict}
    total = len(facts.members)
    required = f"all {counted(total, 'target')}"
    if not total:
        return Judgement(
            gate, Verdict.UNKNOWN, "No target is in the mode that this step begins in."
        )
    closed = by[Verdict.FAIL] or by[Verdict.UNKNOWN]
    measured = f"{len(by[Verdict.PASS])} of {total}"
    if not closed:
        sentence = f"{passed} in {measured}."
        return Judgement(gate, Verdict.PASS, sentence, measured, required)
    words = failed if by[Verdict.FAIL] else unknown
    names = listed([one.name for one in closed])
    reason = why(closed[0]).strip()
    first = f" {closed[0].name}: {reason}" if len(closed) > 1 and reason else f" {reason}"
    looks = [one.next_look_at for one in closed if one.next_look_at is not None]
    return Judgement(
        gate,
        Verdict.FAIL if by[Verdict.FAIL] else Verdict.UNKNOWN,
        f"{len(closed)} of {total} {words}: {names}.{first if reason else ''}",
        measured,
        required,
        min(looks, default=None),
        tuple(one.key for one in closed),
    )
