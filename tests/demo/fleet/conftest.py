"""A served fleet for each test that asks for one, and its clusters under watch."""

from __future__ import annotations

import pytest

from diffs.looking import sandwich
from tests.demo.fleet.fleet_watch import FleetWatch
from tests.demo.fleet.served import serve_fleet


@pytest.fixture
def served():
    with serve_fleet() as fleet:
        yield fleet


@pytest.fixture
def watch(db, served, settings, monkeypatch):
    """Put a cluster of the served fleet under watch; the workers' own code may read loopback."""
    settings.ALLOWED_ADDRESSES = "127.0.0.0/8:1024-65535"
    monkeypatch.setattr(sandwich, "PAUSE_SECONDS", (0.0, 0.0))

    def over(alias, **columns):
        return FleetWatch.over(served, alias, **columns)

    return over
