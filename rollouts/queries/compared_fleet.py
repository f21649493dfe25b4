"""How much of the fleet is compared now: what a page without differences owes its reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diffs.models import SourceState
from rollouts.models import Target
from rollouts.queries.target_state import PROVEN_INTERVALS


@dataclass(frozen=True, slots=True)
class ComparedFleet:
    """Targets, how many of them are proven lately, and when the last look was."""

    targets: int
    fresh: int
    last_look_at: datetime | None


def compared_fleet(*, now: datetime) -> ComparedFleet:
    """Return it in one query."""
    living = Target.objects.filter(removed_at=None).values("source_id")
    rows = SourceState.objects.filter(source__in=living).values_list(
        "last_proof_at", "last_look_at", "source__interval_seconds"
    )
    listed = list(rows)
    fresh = sum(
        proven_at is not None and now - proven_at <= timedelta(seconds=PROVEN_INTERVALS * interval)
        for proven_at, _, interval in listed
    )
    looks = [looked_at for _, looked_at, _ in listed if looked_at is not None]
    return ComparedFleet(len(listed), fresh, max(looks, default=None))
