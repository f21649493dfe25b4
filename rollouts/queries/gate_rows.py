"""A gate as a page prints it: what it says, who can change it, and when it is judged next. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rollouts.gates import Judgement, accepted, clean

WHO: Mapping[str, str] = {
    "reachable": "Whoever runs the cluster can mend it; a look can be asked for at any time.",
    "fresh": "The workers look again by themselves; a look can be asked for at any time.",
    "clean": (
        "Whoever owns the new side or the routes can mend it; approvers and operators may set a"
        " target aside."
    ),
    "accepted": "Whoever writes what is refused can mend it.",
    "soak": "Time, looks and changes alone open it; nobody can.",
    "order": "The tier before opens it: whoever may ask for that, and its bake.",
    "alone": "Who asked for it may withdraw it, an approver may reject it.",
}
"""Who can open a gate that is closed."""


@dataclass(frozen=True, slots=True)
class GateRow:
    """One gate of a step.

    Shapes
        verdict     pass, fail or unknown; "" where the step is over and nobody judges
        then        the same when it was asked for; "" where nobody asked
        who         who can open it; "" while it is open
    """

    name: str
    verdict: str
    then: str
    sentence: str
    measured: str
    required: str
    who: str
    next_at: datetime | None
    share: float | None

    @property
    def is_open(self) -> bool:
        """Say whether the gate lets through."""
        return self.verdict == "pass"


def gate_rows(
    judgements: Sequence[Judgement], then: Mapping[str, str] | None = None
) -> tuple[GateRow, ...]:
    """Return the gates of a step in its order, beside what they said when it was asked for."""
    return tuple(
        GateRow(
            name=one.gate,
            verdict=str(one.verdict),
            then=(then or {}).get(one.gate, ""),
            sentence=_told_once(one, judgements),
            measured=one.measured,
            required=one.required,
            who="" if one.is_open else WHO.get(one.gate, ""),
            next_at=one.next_at,
            share=one.share,
        )
        for one in judgements
    )


def _told_once(one: Judgement, judgements: Sequence[Judgement]) -> str:
    """Return a gate's sentence; clean refers to accepted where both are closed by one reason."""
    head, _, reason = one.sentence.partition(". ")
    if one.gate != clean.NAME or not reason:
        return one.sentence
    others = (other for other in judgements if other.gate == accepted.NAME and not other.is_open)
    is_twice = any(other.sentence.endswith(f". {reason}") for other in others)
    return f"{head}. See accepted." if is_twice else one.sentence


def gates_then(then: Mapping[str, str]) -> tuple[GateRow, ...]:
    """Return the gates of a step that is over: what they said when it was asked for."""
    return tuple(
        GateRow(name, "", verdict, "", "", "", "", None, None) for name, verdict in then.items()
    )
