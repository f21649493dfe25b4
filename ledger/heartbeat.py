"""Say that a duty was carried out, and ask when it last was."""

from __future__ import annotations

from datetime import datetime

from ledger.models import Heartbeat


def beat(name: str, *, now: datetime) -> None:
    """Write down that `name` was carried out at `now`."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def last_beat(name: str) -> datetime | None:
    """Return when `name` was last carried out; None when never."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
