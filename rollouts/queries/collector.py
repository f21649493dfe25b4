"""Whether anybody looks: a dead collector overrides every status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diffs.operations.claim_due import HEARTBEAT
from diffs.queries.source_history import last_look_at
from ledger.heartbeat import last_beat
from rollouts.models import Target

SILENT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Collector:
    """The pulse of the workers, in a sentence."""

    is_alive: bool
    sentence: str
    beat_at: datetime | None


def collector_beat() -> datetime | None:
    """Return when the workers last handed out looks; None when never."""
    return last_beat(HEARTBEAT)


def is_alive(beat_at: datetime | None, *, now: datetime) -> bool:
    """Say whether the workers handed out looks within the last 30 s.

    A beat that lies ahead by more is no sign of life: the clock was set back since.
    """
    return beat_at is not None and abs(now - beat_at) <= SILENT


def last_look() -> datetime | None:
    """Return when the last look at any target of the fleet was."""
    sources = Target.objects.filter(removed_at=None).values_list("source_id", flat=True)
    return last_look_at(sources)


def collector(beat_at: datetime | None, looked_at: datetime | None, *, now: datetime) -> Collector:
    """Return whether the workers handed out looks within the last 30 s, and when the last ended."""
    if beat_at is None:
        return Collector(False, "No worker has started yet: nothing is looked at.", None)
    if not is_alive(beat_at, now=now):
        age = int((now - beat_at).total_seconds())
        return Collector(
            False, f"No worker has handed out a look for {age} s. What you see is old.", beat_at
        )
    if looked_at is None:
        return Collector(True, "first looks under way", beat_at)
    return Collector(True, f"last look {_ago(now - looked_at)}", beat_at)


def _ago(age: timedelta) -> str:
    seconds = max(int(age.total_seconds()), 0)
    return f"{seconds} s ago" if seconds < 120 else f"{seconds // 60} min ago"  # noqa: PLR2004
