"""Gates: one file a gate, facts in, judgement out. A new gate is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rollouts.gates import accepted, alone, clean, fresh, order, reachable, soak
from rollouts.gates.facts import Facts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.machine import Mode, mode_step

__all__ = ["GATES", "NOBODY_LOOKS", "Facts", "Judgement", "Verdict", "judge"]

NOBODY_LOOKS = "Nobody looks at present, so nothing is judged."

GATES: dict[str, Callable[[Facts], Judgement]] = {
    reachable.NAME: reachable.reachable,
    fresh.NAME: fresh.fresh,
    clean.NAME: clean.clean,
    accepted.NAME: accepted.accepted,
    soak.NAME: soak.soak,
    order.NAME: order.order,
    alone.NAME: alone.alone,
}

UNSEEN = frozenset({alone.NAME})
"""Gates that judge on what people asked for, not on what was seen."""


def judge(facts: Facts) -> tuple[Judgement, ...]:
    """Return the judgement of every gate that the step asks for, in the order of the machine.

    The one function that judges: for the page, for the button and for the worker. While nobody
    looks, nothing that was seen counts, for or against.

    Errors
        IllegalStep     no step leads from the one mode to the other
    """
    step = mode_step(Mode(facts.from_mode), Mode(facts.to_mode))
    said = tuple(GATES[name](facts) for name in step.gates)
    return said if facts.is_watched else tuple(_unwatched(one) for one in said)


def _unwatched(one: Judgement) -> Judgement:
    """Return a judgement as nobody can tell whether it still holds."""
    if one.gate in UNSEEN:
        return one
    sentence = f"Nobody looks at present. Seen last: {one.sentence}"
    return replace(one, verdict=Verdict.UNKNOWN, sentence=sentence, next_at=None, share=None)
