"""docs/states.md is drawn from the tables, and a page that is not as they are is told."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from rollouts import machine
from rollouts.gates import GATES
from rollouts.machine import MEANINGS, MODE_STEPS, OPEN, STATE_STEPS, Event, Mode, State
from rollouts.management.states_page import states_page


@pytest.fixture
def page(tmp_path):
    """Where this test's page is drawn."""
    return tmp_path / "states.md"


def rows(title):
    """Return the rows of the table under a heading, without the head."""
    part = states_page().split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_writes_the_page_and_then_finds_it_fresh(page, capsys):
    call_command("render_states", page=page)
    call_command("render_states", page=page, check=True)

    assert page.read_text() == states_page()
    assert capsys.readouterr().out == "states.md drawn.\nstates.md is as the tables are.\n"


def test_a_check_writes_nothing_and_fails_while_there_is_no_page(page):
    with pytest.raises(CommandError, match=r"^states\.md is stale") as refusal:
        call_command("render_states", page=page, check=True)

    assert refusal.value.returncode == 1
    assert not page.exists()


def test_a_check_fails_once_a_table_was_changed(page, monkeypatch):
    call_command("render_states", page=page)
    changed = {key: after for key, after in STATE_STEPS.items() if key[1] != Event.PAUSE}
    monkeypatch.setattr("rollouts.management.states_page.STATE_STEPS", changed)

    with pytest.raises(CommandError):
        call_command("render_states", page=page, check=True)


def test_a_check_fails_once_the_page_was_edited(page):
    call_command("render_states", page=page)
    page.write_text(page.read_text() + "\nAnd more.\n")

    with pytest.raises(CommandError):
        call_command("render_states", page=page, check=True)


def test_shows_every_step_with_its_gates_and_people():
    assert rows("Steps")[:2] == [
        ["off", "shadow", "promotion", "reachable, fresh, alone", "1", "1"],
        ["shadow", "exec", "promotion", ", ".join(GATES), "1", "2"],
    ]
    assert [row[:4] for row in rows("Steps")[2:]] == [
        ["exec", "shadow", "rollback", "none"],
        ["exec", "off", "rollback", "none"],
        ["shadow", "off", "rollback", "none"],
    ]
    assert len(rows("Steps")) == len(MODE_STEPS)


def test_shows_every_mode_gate_and_state_with_its_meaning():
    assert [row[0] for row in rows("Modes")] == list(Mode)
    assert [row[0] for row in rows("Gates")] == list(GATES)
    assert ["order", "Every tier before holds the mode and has baked."] in rows("Gates")
    assert rows("States of a promotion") == [
        [state, "yes" if state in OPEN else "no", MEANINGS[state]] for state in State
    ]


def test_draws_every_step_of_a_promotion_from_its_birth_to_its_end():
    drawn = states_page().split("```mermaid\n")[1].split("```")[0].splitlines()

    assert drawn[0] == "stateDiagram-v2"
    arrows = {line.strip() for line in drawn[1:]}
    assert len(arrows) == len(drawn) - 1
    assert {"[*] --> pending: promotion", "[*] --> approved: rollback"} <= arrows
    assert {f"{one} --> {after}: {event}" for (one, event), after in STATE_STEPS.items()} <= arrows
    assert {f"{state} --> [*]" for state in State if state not in OPEN} <= arrows


def test_lists_every_event_with_the_states_it_can_happen_in():
    told = [(event, state.strip(), after) for event, states, after, _ in rows("Events")
            for state in states.split(",")]  # fmt: skip

    assert sorted(told) == sorted((e, s, after) for (s, e), after in machine.STATE_STEPS.items())
