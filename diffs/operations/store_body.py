"""Store a body once, whole or as a patch."""

from __future__ import annotations

from datetime import datetime, timedelta

from diffs import bodies
from diffs.models import Snapshot

FRESH = timedelta(hours=1)
"""How exactly `last_read_at` is kept; far below every retention."""


def store_body(sha256: str, body: bytes, *, like: Snapshot | None, now: datetime) -> Snapshot:
    """Return the snapshot of a body, written now unless it is stored already.

    Shapes
        like    the snapshot last stored for the same side, on whose base a patch may stand
    """
    if read_again(sha256, now=now):
        return Snapshot.objects.defer("data").get(pk=sha256)
    data, base = packed(body, like)
    snapshot, _ = Snapshot.objects.get_or_create(
        sha256=sha256,
        defaults={
            "size": len(body),
            "data": data,
            "base": base,
            "stored_at": now,
            "last_read_at": now,
        },
    )
    return snapshot


def read_again(sha256: str, *, now: datetime) -> bool:
    """Say whether a body is stored, and that it was read.

    The row is written, and so locked against pruning, only where pruning could come near it:
    whoever reads the same body every minute must not wait for each other.
    """
    stored = Snapshot.objects.filter(pk=sha256)
    if stored.filter(last_read_at__gt=now - FRESH).exists():
        return True
    return bool(stored.update(last_read_at=now))


def packed(body: bytes, like: Snapshot | None) -> tuple[bytes, Snapshot | None]:
    """Return the smaller way of keeping a body, and the base it stands on."""
    base = (like.base or like) if like is not None else None
    if base is None:
        return bodies.pack(body), None
    data = bodies.patch(body, base=bodies.unpack(bytes(base.data)))
    if len(data) > bodies.PATCH_WORTH * len(base.data):
        return bodies.pack(body), None
    return data, base
