"""Fixtures of the pages' tests."""

from __future__ import annotations

import pytest

from rollouts.permissions.roles import Role
from tests.rollouts import promoting as people
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


@pytest.fixture
def promotion():
    """A promotion of a ready tier that waits for one approval."""
    tier = people.ready_tier()
    collector_beats()
    people.bob(), people.carol()
    return people.requested(tier)


@pytest.fixture
def for_two():
    """A promotion that needs two people beside who asked."""
    tier = people.ready_tier()
    tier.policy = {**tier.policy, "quorum": 2}
    tier.save()
    collector_beats()
    people.bob(), people.carol()
    return people.requested(tier)


@pytest.fixture
def tier():
    """A tier that has proven all that exec asks for."""
    found = people.ready_tier()
    collector_beats()
    return found
