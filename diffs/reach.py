"""With what workers go out: the deployment's limits, allow-list and credentials."""

from __future__ import annotations

import os
from functools import lru_cache

from django.conf import settings

from diffs.fetch import AddressPolicy, Credentials, Limits
from diffs.looking.order import Reach


def limits() -> Limits:
    """Return the limits of one side's exchange, from the settings."""
    return Limits(
        total_seconds=settings.SIDE_DEADLINE_SECONDS,
        connect_seconds=settings.CONNECT_SECONDS,
        received_bytes=settings.RECEIVED_BYTES,
        decoded_bytes=settings.DECODED_BYTES,
    )


@lru_cache(maxsize=4)
def _policy(text: str) -> AddressPolicy:
    """Read the allow-list once a text."""
    return AddressPolicy.parse(text)


def reach() -> Reach:
    """Return what a worker's look goes out with.

    Errors
        BadAllowList    an item of PENUMBRA_ALLOWED_ADDRESSES cannot be read
    """
    return Reach(
        limits=limits(),
        policy=_policy(settings.ALLOWED_ADDRESSES),
        credentials=Credentials.from_environment(os.environ),
        folders=settings.ALLOWED_FOLDERS,
        look_seconds=settings.LOOK_DEADLINE_SECONDS,
        stale_source_looks=settings.STALE_SOURCE_LOOKS,
    )
