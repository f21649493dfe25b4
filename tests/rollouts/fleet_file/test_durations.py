"""Durations: a whole number and its unit, nothing to guess."""

from __future__ import annotations

import pytest

from tests.rollouts.fleet_file.small_fleet import changed, read, the_problem


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("60s", 60), ("5m", 300), ("24h", 86400), ("3d", 259200), ('"1h"', 3600)],
)
def test_reads(text, seconds):
    rollout = read(changed("soak: 2d", f"soak: {text}")).rollouts[0]

    assert rollout.policy.soak_seconds == seconds


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("60", "Add the unit: 60s, 60m, 60h or 60d."),
        ("1.5h", "Write 90m."),
        ("0.5d", "Write 12h."),
        ("0.001s", "Write one whole number and its unit: s, m, h or d, as in 90m."),
        ("1:30", "Write one whole number and its unit: s, m, h or d, as in 90m."),
        ("1h30m", "Write one whole number and its unit: s, m, h or d, as in 90m."),
        ("-1h", "Write one whole number and its unit: s, m, h or d, as in 90m."),
        ("1 h", "Write one whole number and its unit: s, m, h or d, as in 90m."),
        ("1w", "Write one whole number and its unit: s, m, h or d, as in 90m."),
        ("PT1H", "Write one whole number and its unit: s, m, h or d, as in 90m."),
    ],
)
def test_refuses(text, mend):
    problem = the_problem(changed("soak: 2d", f"soak: {text}"))

    assert problem.message == f'"{text}" is not a duration'
    assert problem.mend == mend


def test_refuses_more_than_ten_years():
    problem = the_problem(changed("soak: 2d", "soak: 99999d"))

    assert problem.mend == "Write from 0s to 3650d."
