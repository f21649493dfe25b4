"""Every mode, state and step: what is in the tables, and that nothing else is."""

from __future__ import annotations

from itertools import product

import pytest

from diffs.models.source import Reads
from rollouts.machine import (
    BORN,
    MEANINGS,
    MODE_MEANINGS,
    MODE_STEPS,
    OPEN,
    READS,
    STATE_STEPS,
    UNDER_WAY,
    Event,
    IllegalStep,
    Kind,
    Mode,
    State,
    is_riskier,
    least_approvals,
    may,
    mode_step,
    next_state,
    states_of,
    step_up,
    steps_back,
)

PEOPLE_DECIDE = {"reject": "rejected", "withdraw": "withdrawn"}
ENDS_BEFORE_THE_START = {**PEOPLE_DECIDE, "expire": "expired", "outdate": "outdated"}
TAKES_AWAY = {*ENDS_BEFORE_THE_START, "approve", "schedule"}
AFTER = {
    "pending": {"approve": "approved", "supersede": "superseded", **ENDS_BEFORE_THE_START},
    "approved": {
        "schedule": "scheduled",
        "start": "applying",
        "supersede": "superseded",
        **ENDS_BEFORE_THE_START,
    },
    "scheduled": {"start": "applying", "supersede": "superseded", **ENDS_BEFORE_THE_START},
    "applying": {
        "pause": "paused",
        "written": "verifying",
        "outdate": "outdated",
        "fail": "failed",
        "supersede": "superseded",
    },
    "paused": {"resume": "applying", "fail": "failed", "supersede": "superseded"},
    "verifying": {
        "next wave": "applying",
        "observed": "done",
        "fail": "failed",
        "supersede": "superseded",
    },
    "done": {},
    "rejected": {},
    "withdrawn": {},
    "expired": {},
    "outdated": {},
    "superseded": {},
    "failed": {},
}
STEPS = {
    ("off", "shadow"): ("promotion", "reachable fresh alone", 1, 1),
    ("shadow", "exec"): ("promotion", "reachable fresh clean accepted soak order alone", 1, 2),
    ("exec", "shadow"): ("rollback", "", 0, 0),
    ("exec", "off"): ("rollback", "", 0, 0),
    ("shadow", "off"): ("rollback", "", 0, 0),
}
TERMINAL = sorted(set(State) - set(OPEN))


@pytest.mark.parametrize(("kind", "state", "event"), list(product(Kind, State, Event)))
def test_every_event_in_every_state_leads_where_the_table_says_or_nowhere(kind, state, event):
    is_of_kind = kind == "promotion" or event not in TAKES_AWAY
    after = AFTER[state].get(event) if is_of_kind else None
    what = f"{event} of a rollback" if kind == "rollback" else event

    assert may(kind, state, event) == (after is not None)
    if after is None:
        with pytest.raises(IllegalStep, match=f"^{what} is not possible when {state}$"):
            next_state(kind, state, event)
    else:
        assert next_state(kind, state, event) == after


def test_a_rollback_ends_done_failed_or_superseded_and_never_otherwise():
    assert states_of(Kind.PROMOTION) == tuple(State)
    assert set(states_of(Kind.ROLLBACK)) - set(OPEN) == {"done", "failed", "superseded"}
    assert set(states_of(Kind.ROLLBACK)) & set(OPEN) == {
        "approved", "applying", "paused", "verifying",
    }  # fmt: skip


def test_no_state_and_no_event_is_left_out():
    assert set(AFTER) == set(State)
    assert {event for events in AFTER.values() for event in events} == set(Event)


@pytest.mark.parametrize(("old", "new"), list(product(Mode, Mode)))
def test_every_pair_of_modes_is_a_step_of_the_table_or_none(old, new):
    if (old, new) not in STEPS:
        with pytest.raises(IllegalStep, match=f"^no step leads from {old} to {new}$"):
            mode_step(old, new)
        with pytest.raises(IllegalStep):
            least_approvals(old, new, is_production=False)
        return
    kind, gates, people, in_production = STEPS[old, new]
    assert mode_step(old, new) == (kind, tuple(gates.split()), people)
    assert least_approvals(old, new, is_production=False) == people
    assert least_approvals(old, new, is_production=True) == in_production


def test_a_state_has_an_exit_exactly_when_it_is_open():
    assert {state for state, _ in STATE_STEPS} == set(OPEN)
    assert TERMINAL == [
        "done", "expired", "failed", "outdated", "rejected", "superseded", "withdrawn",
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "state"), list(product(Kind, OPEN)))
def test_a_rollback_supersedes_whatever_is_open(kind, state):
    assert next_state(kind, state, Event.SUPERSEDE) == State.SUPERSEDED


@pytest.mark.parametrize("state", OPEN)
def test_every_open_state_can_end_without_a_rollback(state):
    reached, waiting = {state}, [state]
    while waiting:
        at = waiting.pop()
        steps = {after for (before, event), after in STATE_STEPS.items() if before == at}
        new = {after for after in steps if after != State.SUPERSEDED} - reached
        reached |= new
        waiting += new

    assert reached & set(TERMINAL)


def test_the_world_is_only_touched_after_a_start():
    assert set(UNDER_WAY) <= set(OPEN)
    into = {before for (before, _), after in STATE_STEPS.items() if after in UNDER_WAY}
    assert into - set(UNDER_WAY) == {State.APPROVED, State.SCHEDULED}
    ends = {
        (kind, state, event)
        for kind, state, event in product(Kind, UNDER_WAY, map(Event, ENDS_BEFORE_THE_START))
        if may(kind, state, event)
    }
    right_before_the_write = (Kind.PROMOTION, State.APPLYING, Event.OUTDATE)
    assert ends == {right_before_the_write}


def test_only_a_rollback_is_born_approved():
    assert BORN == {Kind.PROMOTION: State.PENDING, Kind.ROLLBACK: State.APPROVED}
    assert set(BORN) == set(Kind)


def test_every_state_and_mode_says_what_it_means_in_one_line():
    assert set(MEANINGS) == set(State)
    assert set(MODE_MEANINGS) == set(Mode)
    lines = [*MEANINGS.values(), *MODE_MEANINGS.values()]
    assert len(set(lines)) == len(lines)
    assert all(line.endswith(".") and "\n" not in line for line in lines)


@pytest.mark.parametrize(
    ("mode", "up", "back"),
    [
        ("off", "shadow", ()),
        ("shadow", "exec", ("off",)),
        ("exec", None, ("shadow", "off")),
        ("unknown", None, ()),
    ],
)
def test_there_is_one_way_up_and_the_nearest_way_back_is_first(mode, up, back):
    assert step_up(Mode(mode)) == up
    assert steps_back(Mode(mode)) == back


@pytest.mark.parametrize(("one", "other"), list(product(Mode, Mode)))
def test_risk_grows_from_off_over_shadow_to_exec_and_the_unknown_is_the_riskiest(one, other):
    order = ["off", "shadow", "exec", "unknown"]

    assert is_riskier(one, other) == (order.index(one) > order.index(other))


@pytest.mark.parametrize(("old", "new"), list(MODE_STEPS))
def test_a_promotion_is_riskier_and_asks_people_and_a_rollback_is_safer_and_asks_nobody(old, new):
    step = MODE_STEPS[old, new]

    assert (step.kind == Kind.PROMOTION) == is_riskier(new, old)
    assert bool(step.gates) == bool(step.approvals) == (step.kind == Kind.PROMOTION)


def test_off_reads_legacy_alone_and_every_other_mode_both():
    assert READS == {
        Mode.OFF: Reads.LEGACY,
        Mode.SHADOW: Reads.BOTH,
        Mode.EXEC: Reads.BOTH,
        Mode.UNKNOWN: Reads.BOTH,
    }
    assert set(READS) == set(Mode)
