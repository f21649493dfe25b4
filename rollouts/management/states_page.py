"""Draw docs/states.md from the tables of `rollouts.machine` and the gates. Pure."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator

from rollouts.gates import GATES
from rollouts.machine import (
    BORN,
    MEANINGS,
    MODE_MEANINGS,
    MODE_STEPS,
    NEVER,
    OPEN,
    STATE_STEPS,
    Event,
    Kind,
    Mode,
    State,
    least_approvals,
)

INTRODUCTION = """\
# Modes and states

Which modes a target can have, which steps lead from one to another, and where a promotion can
stand. `.venv/bin/python manage.py render_states` draws this page from `rollouts/machine.py` and
`rollouts/gates/`: change the tables there, never this page. A step that is in no table does not
exist.
"""


def states_page() -> str:
    """Return the page as Markdown, the same for the same tables."""
    parts = [
        INTRODUCTION,
        "## Modes\n",
        _table(("Mode", "Meaning"), ((mode, MODE_MEANINGS[mode]) for mode in Mode)),
        "## Steps\n",
        "A promotion is one step riskier. A rollback is any step back: one person, at once, no "
        "gate.\n",
        _table(
            ("From", "To", "Kind", "Gates", "People beside who asks", "In production"), _steps()
        ),
        "## Gates\n",
        "A gate says pass, fail or unknown. Only pass opens.\n",
        _table(("Gate", "What it asks"), ((name, _asks(name)) for name in GATES)),
        "## States of a promotion\n",
        "At most one promotion of a tier is open. A state that is not open has no exit.\n",
        _table(("State", "Open", "Meaning"), _states()),
        "\n".join(["```mermaid", "stateDiagram-v2", *_diagram(), "```\n"]),
        "## Events\n",
        "Nobody takes a rollback away, and no time runs out for it.\n",
        _table(("Event", "From", "To", "Of"), _events()),
    ]
    return "\n".join(parts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _steps() -> Iterator[tuple[str, ...]]:
    for (old, new), step in MODE_STEPS.items():
        people, in_production = (
            str(least_approvals(old, new, is_production=is_production))
            for is_production in (False, True)
        )
        yield old, new, step.kind, ", ".join(step.gates) or "none", people, in_production


def _asks(gate: str) -> str:
    """Return what a gate's file says it asks, after its name."""
    first, *_ = (sys.modules[GATES[gate].__module__].__doc__ or "").splitlines()
    words = first.partition(": ")[2]
    return words[:1].upper() + words[1:]


def _states() -> Iterator[tuple[str, ...]]:
    for state in State:
        yield state, "yes" if state in OPEN else "no", MEANINGS[state]


def _diagram() -> Iterator[str]:
    for kind, state in BORN.items():
        yield f"    [*] --> {state}: {kind}"
    for (state, event), after in STATE_STEPS.items():
        yield f"    {state} --> {after}: {event}"
    for state in State:
        if state not in OPEN:
            yield f"    {state} --> [*]"


def _events() -> Iterator[tuple[str, ...]]:
    for event in Event:
        kinds = "promotions" if (Kind.ROLLBACK, event) in NEVER else "promotions and rollbacks"
        befores: dict[State, list[str]] = defaultdict(list)
        for (state, happens), after in STATE_STEPS.items():
            if happens == event:
                befores[after].append(state)
        for after, states in befores.items():
            yield event, ", ".join(states), after, kinds
