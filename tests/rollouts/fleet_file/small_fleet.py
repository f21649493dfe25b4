"""A small good fleet file, changed at one place by each test."""

from __future__ import annotations

from pathlib import Path

from rollouts.fleet_file import Fleet, FleetFileError, Problem, read_fleet

DATA = Path(__file__).parents[2] / "data"
SMALL = (DATA / "fleet.small.yaml").read_text()


def changed(old: str, new: str) -> str:
    """Return the small fleet with one text replaced where it stands first."""
    assert old in SMALL
    return SMALL.replace(old, new, 1)


def read(text: str) -> Fleet:
    """Return the fleet of a text that must be good."""
    return read_fleet(text.encode(), name="fleet.yaml")


def problems_of(data: str | bytes) -> tuple[Problem, ...]:
    """Return all problems of a file; none where it is good."""
    try:
        read_fleet(data.encode() if isinstance(data, str) else data, name="fleet.yaml")
    except FleetFileError as refused:
        return refused.problems
    return ()


def the_problem(data: str | bytes) -> Problem:
    """Return the only problem of a file."""
    (problem,) = problems_of(data)
    return problem
