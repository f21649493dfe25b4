"""The contract of every gate: named in the machine, named as its file, pure, and closed on nothing.

A new gate is held to it by its line in `GATES`.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from rollouts import gates
from rollouts.gates import GATES, Judgement, Verdict, judge
from rollouts.machine import MODE_STEPS, IllegalStep
from tests.house.tree import ROOT
from tests.rollouts.gates.stage import UNPROVEN, facts, member

ASKED = {name for step in MODE_STEPS.values() for name in step.gates}
WITHOUT_FRAMEWORK = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"django", "celery", "redis", "psycopg", "httpx2"}:
            raise ImportError(name + " was asked for")

sys.meta_path.insert(0, Blocked())
import rollouts.evidence, rollouts.gates, rollouts.machine
assert not [name for name in sys.modules if name.partition(".")[0] == "django"]
"""
each_gate = pytest.mark.parametrize("name", list(GATES))


def test_every_gate_that_a_step_asks_exists_and_every_gate_is_asked():
    assert set(GATES) == ASKED


def test_no_step_asks_a_gate_twice():
    assert all(len(set(step.gates)) == len(step.gates) for step in MODE_STEPS.values())


@each_gate
def test_a_gate_is_a_file_of_its_name_with_a_function_of_its_name(name):
    module = getattr(gates, name)

    assert module.__name__ == f"rollouts.gates.{name}"
    assert name == module.NAME
    assert GATES[name] is getattr(module, name)


@each_gate
def test_a_gates_file_says_in_its_first_line_what_it_asks(name):
    title, colon, asks = getattr(gates, name).__doc__.splitlines()[0].partition(": ")

    assert (title.lower(), colon) == (name, ": ")
    assert asks.endswith(".")


@each_gate
def test_a_gate_puts_its_name_on_whatever_it_says(name):
    for given in (facts(), facts(member()), facts(UNPROVEN)):
        said = GATES[name](given)

        assert isinstance(said, Judgement)
        assert isinstance(said.verdict, Verdict)
        assert said.gate == name


@each_gate
def test_a_gate_is_closed_on_nobody_and_open_where_nothing_is_in_the_way(name):
    assert not GATES[name](facts()).is_open
    assert GATES[name](facts(member())).is_open


@pytest.mark.parametrize(("old", "new"), list(MODE_STEPS))
def test_a_step_is_judged_by_its_own_gates_in_their_order(old, new):
    said = judge(facts(member(), from_mode=str(old), to_mode=str(new)))

    assert tuple(one.gate for one in said) == MODE_STEPS[old, new].gates


def test_a_step_of_no_table_is_not_judged_at_all():
    with pytest.raises(IllegalStep):
        judge(facts(member(), from_mode="off", to_mode="exec"))


@pytest.mark.parametrize("verdict", list(Verdict))
def test_only_pass_opens(verdict):
    assert Judgement("any", verdict, "Why.").is_open == (verdict == "pass")


def test_gates_evidence_and_machine_need_no_framework_queue_or_database():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_FRAMEWORK],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
