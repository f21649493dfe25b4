"""Gates: one file a gate, facts in, judgement out. A new gate is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable

from rollouts.gates import accepted, alone, clean, fresh, order, reachable, soak
from rollouts.gates.facts import Facts
from rollouts.gates.judgement import Judgement, Verdict
from rollouts.machine import Mode, mode_step

__all__ = ["GATES", "Facts", "Judgement", "Verdict", "judge"]

GATES: dict[str, Callable[[Facts], Judgement]] = {
    reachable.NAME: reachable.reachable,
    fresh.NAME: fresh.fresh,
    clean.NAME: clean.clean,
    accepted.NAME: accepted.accepted,
    soak.NAME: soak.soak,
    order.NAME: order.order,
    alone.NAME: alone.alone,
}


def judge(facts: Facts) -> tuple[Judgement, ...]:
    """Return the judgement of every gate that the step asks for, in the order of the machine.

    The one function that judges: for the page, for the button and for the worker.

    Errors
        IllegalStep     no step leads from the one mode to the other
    """
    step = mode_step(Mode(facts.from_mode), Mode(facts.to_mode))
    return tuple(GATES[name](facts) for name in step.gates)
