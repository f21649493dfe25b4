"""Fixtures of the pages' tests."""

from __future__ import annotations

import pytest

from rollouts.permissions.roles import Role
from tests.rollouts.stage import collector_beats, load, person, signed_in


@pytest.fixture
def stage():
    """The small fleet, with workers that hand out looks."""
    load()
    collector_beats()


@pytest.fixture
def bob(stage):
    """Who decides in tier test of routesrv, and nowhere else."""
    return signed_in(person("bob", Role.APPROVER, rollout="routesrv", tier="test"))


@pytest.fixture
def vera(stage):
    """Who may look at everything."""
    return signed_in(person("vera", Role.VIEWER))
