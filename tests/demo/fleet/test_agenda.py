"""What is due happens, in the order of its time."""

from __future__ import annotations

from demo.fleet.agenda import Agenda


def test_does_what_is_due_in_the_order_of_time_and_no_more():
    done: list[tuple[str, float]] = []
    agenda = Agenda()

    def plan(name: str, at: float) -> None:
        agenda.add(at, lambda now: done.append((name, now)))

    for name, at in (("late", 3.0), ("early", 1.0), ("first of two", 2.0), ("second", 2.0)):
        plan(name, at)

    agenda.run_until(2.0)

    assert done == [("early", 1.0), ("first of two", 2.0), ("second", 2.0)]


def test_does_what_an_action_adds_when_that_is_due_too():
    done: list[float] = []
    agenda = Agenda()

    def again(now: float) -> None:
        done.append(now)
        agenda.add(now + 1, again)

    agenda.add(1.0, again)
    agenda.run_until(3.5)

    assert done == [1.0, 2.0, 3.0]
