"""Every mode, state and legal step, in two tables.

Rule 1: a step that is not a row does not exist. Nothing else decides legality.
Rule 2: this file knows no cluster, user or clock; it knows words only.
`manage.py render_states` draws docs/states.md from these tables; a test fails when it is stale.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Mode(StrEnum):
    """Which side production follows, and whether the other runs at all."""

    OFF = "off"
    SHADOW = "shadow"
    EXEC = "exec"
    UNKNOWN = "unknown"


MODE_MEANINGS: dict[Mode, str] = {
    Mode.OFF: "Production follows the old side. The new one is absent or inert.",
    Mode.SHADOW: "Production follows the old side. The new one runs beside it and is compared.",
    Mode.EXEC: "Production follows the new side.",
    Mode.UNKNOWN: "Nobody could read the mode yet. No promotion may name such a target.",
}
"""What each mode says of a target, as a person reads it."""

READS = {Mode.OFF: "legacy", Mode.SHADOW: "both", Mode.EXEC: "both", Mode.UNKNOWN: "both"}
"""Which sides are read in a mode: off reads legacy only, so that `reachable` can be judged."""


class Kind(StrEnum):
    """Which way a promotion moves."""

    PROMOTION = "promotion"  # one step riskier: evidence, gates, a second person
    ROLLBACK = "rollback"  # safer: one person, at once, no gate


class State(StrEnum):
    """Where one promotion stands."""

    PENDING = "pending"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    APPLYING = "applying"
    PAUSED = "paused"
    VERIFYING = "verifying"
    DONE = "done"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OUTDATED = "outdated"
    SUPERSEDED = "superseded"
    FAILED = "failed"


MEANINGS: dict[State, str] = {
    State.PENDING: "It waits for people to approve it.",
    State.APPROVED: "Everybody needed has agreed. It waits for a worker.",
    State.SCHEDULED: "Everybody needed has agreed. It waits for a window or a time.",
    State.APPLYING: "A worker carries it out.",
    State.PAUSED: "It stands between two waves, or a person has stopped it.",
    State.VERIFYING: "It is read back until the targets follow.",
    State.DONE: "It was read back from every target.",
    State.REJECTED: "A person who may approve has refused it, with a reason.",
    State.WITHDRAWN: "It was taken back before it was started.",
    State.EXPIRED: "Its time ran out before it was started.",
    State.OUTDATED: "What was agreed to got worse: the evidence, the policy or somebody's rights.",
    State.SUPERSEDED: "A rollback took its place.",
    State.FAILED: "It could not be carried out, or was not seen to take effect in time.",
}
"""What each state says of a promotion, as a person reads it."""


class Event(StrEnum):
    """What can happen to a promotion."""

    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    OUTDATE = "outdate"
    SCHEDULE = "schedule"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    WRITTEN = "written"
    NEXT_WAVE = "next wave"
    OBSERVED = "observed"
    FAIL = "fail"
    SUPERSEDE = "supersede"


class Step(NamedTuple):
    """What one step of a mode asks for: its gates by name, and the least count of other people."""

    kind: Kind
    gates: tuple[str, ...]
    approvals: int


class IllegalStep(Exception):
    """No row of the table leads from here by that name."""


MODE_STEPS: dict[tuple[Mode, Mode], Step] = {
    (Mode.OFF, Mode.SHADOW): Step(Kind.PROMOTION, ("reachable", "fresh", "alone"), 1),
    (Mode.SHADOW, Mode.EXEC): Step(
        Kind.PROMOTION,
        ("reachable", "fresh", "clean", "accepted", "soak", "order", "alone"),
        1,
    ),
    # The way back is never gated.
    (Mode.EXEC, Mode.SHADOW): Step(Kind.ROLLBACK, (), 0),
    (Mode.EXEC, Mode.OFF): Step(Kind.ROLLBACK, (), 0),
    (Mode.SHADOW, Mode.OFF): Step(Kind.ROLLBACK, (), 0),
}

OPEN = (
    State.PENDING,
    State.APPROVED,
    State.SCHEDULED,
    State.APPLYING,
    State.PAUSED,
    State.VERIFYING,
)
"""States with a way on. At most one promotion of a tier is in one of them."""

TERMINAL = tuple(state for state in State if state not in OPEN)

BORN = {Kind.PROMOTION: State.PENDING, Kind.ROLLBACK: State.APPROVED}
"""The state in which each kind begins: a rollback asks nobody else."""

UNDER_WAY = (State.APPLYING, State.PAUSED, State.VERIFYING)
"""Open states in which the world may have changed already."""

STATE_STEPS: dict[tuple[State, Event], State] = {
    (State.PENDING, Event.APPROVE): State.APPROVED,
    (State.PENDING, Event.REJECT): State.REJECTED,
    (State.PENDING, Event.WITHDRAW): State.WITHDRAWN,
    (State.PENDING, Event.EXPIRE): State.EXPIRED,
    (State.PENDING, Event.OUTDATE): State.OUTDATED,
    (State.APPROVED, Event.SCHEDULE): State.SCHEDULED,
    (State.APPROVED, Event.START): State.APPLYING,
    (State.APPROVED, Event.REJECT): State.REJECTED,
    (State.APPROVED, Event.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Event.EXPIRE): State.EXPIRED,
    (State.APPROVED, Event.OUTDATE): State.OUTDATED,
    (State.SCHEDULED, Event.START): State.APPLYING,
    (State.SCHEDULED, Event.REJECT): State.REJECTED,
    (State.SCHEDULED, Event.WITHDRAW): State.WITHDRAWN,
    (State.SCHEDULED, Event.EXPIRE): State.EXPIRED,
    (State.SCHEDULED, Event.OUTDATE): State.OUTDATED,
    (State.APPLYING, Event.PAUSE): State.PAUSED,
    (State.APPLYING, Event.WRITTEN): State.VERIFYING,
    (State.APPLYING, Event.OUTDATE): State.OUTDATED,
    (State.APPLYING, Event.FAIL): State.FAILED,
    (State.PAUSED, Event.RESUME): State.APPLYING,
    (State.PAUSED, Event.FAIL): State.FAILED,
    (State.VERIFYING, Event.NEXT_WAVE): State.APPLYING,
    (State.VERIFYING, Event.OBSERVED): State.DONE,
    (State.VERIFYING, Event.FAIL): State.FAILED,
    # A rollback gets through whatever is under way.
    **{(state, Event.SUPERSEDE): State.SUPERSEDED for state in OPEN},
}

TAKES_AWAY = "approve", "reject", "withdraw", "expire", "outdate", "schedule"
NEVER = {(Kind.ROLLBACK, Event(name)) for name in TAKES_AWAY}
"""Nobody takes a way back away, and no time runs out for it."""

_RISK = {Mode.OFF: 0, Mode.SHADOW: 1, Mode.EXEC: 2}
PRODUCTION_APPROVALS = 2
"""The least count of other people where a tier is marked production."""


def mode_step(old: Mode, new: Mode) -> Step:
    """Return what moving `old` to `new` asks for.

    Errors
        IllegalStep     no row says
    """
    try:
        return MODE_STEPS[old, new]
    except KeyError:
        raise IllegalStep(f"no step leads from {old} to {new}") from None


def next_state(kind: Kind, state: State, event: Event) -> State:
    """Return the state of a promotion, or of a rollback, after `event`.

    Errors
        IllegalStep     no row says, or none for this kind
    """
    if not may(kind, state, event):
        of_kind = " of a rollback" if kind == Kind.ROLLBACK else ""
        raise IllegalStep(f"{event}{of_kind} is not possible when {state}")
    return STATE_STEPS[state, event]


def may(kind: Kind, state: State, event: Event) -> bool:
    """Say whether a row allows `event` in `state`."""
    return (state, event) in STATE_STEPS and (kind, event) not in NEVER


def states_of(kind: Kind) -> tuple[State, ...]:
    """Return the states that a kind can be in."""
    found = [BORN[kind]]
    for at in found:
        ways = {event: after for (state, event), after in STATE_STEPS.items() if state == at}
        found += [ways[one] for one in ways if may(kind, at, one) and ways[one] not in found]
    return tuple(state for state in State if state in found)


def step_up(mode: Mode) -> Mode | None:
    """Return the one mode that a promotion may lead to from here; None where none does."""
    ups = [
        new for (old, new), step in MODE_STEPS.items() if old == mode and step.kind == "promotion"
    ]
    return ups[0] if ups else None


def steps_back(mode: Mode) -> tuple[Mode, ...]:
    """Return the safer modes that a rollback may lead to from here, nearest first."""
    backs = [
        new for (old, new), step in MODE_STEPS.items() if old == mode and step.kind == "rollback"
    ]
    return tuple(sorted(backs, key=lambda new: -_RISK[new]))


def is_riskier(one: Mode, other: Mode) -> bool:
    """Say whether more depends on the new implementation in `one` than in `other`.

    An unknown mode may be any: it is riskier than all others.
    """
    return _RISK.get(one, len(_RISK)) > _RISK.get(other, len(_RISK))


def least_approvals(old: Mode, new: Mode, *, is_production: bool) -> int:
    """Return the count of other people that no policy can go below.

    Errors
        IllegalStep     no row leads there
    """
    step = mode_step(old, new)
    if step.kind == Kind.PROMOTION and is_production and new == Mode.EXEC:
        return max(step.approvals, PRODUCTION_APPROVALS)
    return step.approvals
