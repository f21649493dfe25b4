"""Fixtures and settings shared by all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# On a busy machine an example may take long; how fast code is, is not what these laws say.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("house")
