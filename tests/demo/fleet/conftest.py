"""A served fleet for each test that asks for one."""

from __future__ import annotations

import pytest

from tests.demo.fleet.served import serve_fleet


@pytest.fixture
def served():
    with serve_fleet() as fleet:
        yield fleet
