"""What a fleet file is refused for: place, fact and mend of each fault that a slip can make."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from rollouts.fleet_file import Problem
from tests.rollouts.fleet_file.small_fleet import DATA, changed, the_problem

FAULTS = YAML(typ="safe", pure=True).load(DATA / "fleet_faults.yaml")


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["fault"] for fault in FAULTS])
def test_refuses(fault):
    told = Problem(fault["line"], fault["path"], fault["message"], fault["mend"])

    assert the_problem(changed(fault["replace"], fault["by"])) == told
