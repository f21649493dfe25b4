"""Fixtures and settings shared by all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.plugins.superuser import reset_past_triggers

# On a busy machine an example may take long; how fast code is, is not what these laws say.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("house")


@pytest.fixture(autouse=True, scope="session")
def _resets_empty_every_table() -> Iterator[None]:
    """Let the reset between tests empty tables that the application can only append to."""
    with reset_past_triggers():
        yield
