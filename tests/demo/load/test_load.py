"""The whole load on a fleet of three: its own servers, every goal, an honest exit code."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.house.tree import ROOT

SMALL = ("--clusters", "3", "--routes", "20", "30", "--interval", "2", "--workers", "1")
GOALS = (
    "between looks, p95",
    "due to begun, p95",
    "looks that churn does not explain",
    "memory of look0",
    "a day of bodies, from this run",
    "a day of bodies, replayed",
    "a day of all rows, bodies replayed",
)


def test_a_load_brings_up_its_own_deployment_and_holds_it_to_every_goal():
    own = {
        name: text
        for name, text in os.environ.items()
        if name != "DATABASE_URL" and not name.startswith("PENUMBRA_")
    }

    done = subprocess.run(
        [sys.executable, "-m", "demo.load", *SMALL, "--minutes", "0.15"],
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    lines = done.stdout.splitlines()
    judged = [line for line in lines if line.endswith("met")]
    assert [goal for goal in GOALS if not any(line.startswith(goal) for line in judged)] == []
    assert len(judged) == len(GOALS), done.stderr
    assert any(line.startswith("looks: equal") for line in lines)
    assert done.returncode == any(line.endswith("not met") for line in judged), done.stderr
