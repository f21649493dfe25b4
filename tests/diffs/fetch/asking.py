"""Fetching in tests: loopback allowed, small limits, no credentials unless a test names some."""

from __future__ import annotations

import pytest

from diffs.fetch import (
    AddressPolicy,
    Credentials,
    Endpoint,
    FetchFailed,
    Limits,
    Terms,
    Validators,
    fetch,
)

LOOPBACK = AddressPolicy.parse("127.0.0.0/8:1024-65535, [::1]/128:1024-65535")


def terms(
    *,
    policy: AddressPolicy = LOOPBACK,
    credentials: Credentials | None = None,
    deadline: float | None = None,
    pin: str | None = None,
    **limits: float,
) -> Terms:
    """Terms of a test; what is not named as a term is a limit (`total_seconds=0.5`)."""
    return Terms(
        limits=Limits(**{"total_seconds": 20.0, "connect_seconds": 10.0, **limits}),  # type: ignore[arg-type]
        policy=policy,
        credentials=credentials or Credentials(),
        deadline=deadline,
        pin=pin,
    )


def failure(
    endpoint: Endpoint | str, *, conditional: Validators | None = None, **changes: object
) -> FetchFailed:
    """Fetch what must fail, and return how it failed."""
    asked = endpoint if isinstance(endpoint, Endpoint) else Endpoint(endpoint)
    with pytest.raises(FetchFailed) as failed:
        fetch(asked, conditional=conditional, **terms(**changes))  # type: ignore[arg-type]
    return failed.value
