"""Keep the past of a source: a span per change of outcome, and counts per hour.

Part of the look's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diffs.lags import with_lag
from diffs.models import HourRollup, OutcomeSpan
from diffs.outcomes import COMPARED, GOOD, Outcome
from diffs.soak import GAP_INTERVALS

SEEN = COMPARED | {Outcome.NOT_COMPARED}
"""Outcomes that say something about tables, which holds only while somebody looks."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one look leaves in the history.

    `unseen_since` is the look before, where so long ago that nothing is known of the time since;
    `lag_seconds` how long a lag lasted that ended with this look, None where none did.
    """

    source_id: int
    epoch: int
    outcome: Outcome
    side: str
    sentence: str
    comparison_id: int | None
    at: datetime
    unseen_since: datetime | None
    changes: int
    differences: int
    routes: int
    look_seconds: float
    lag_seconds: float | None = None


def keep_history(entry: Entry) -> None:
    """Open a new span where outcome or side changed, and count the look in its hour.

    A span does not reach over a time in which nobody looked: hours of a dead worker are not clean.
    """
    current = OutcomeSpan.objects.filter(source_id=entry.source_id, ended_at=None).first()
    is_blind = current is not None and entry.unseen_since is not None and current.outcome in SEEN
    if (
        current is None
        or is_blind
        or (current.outcome, current.side, current.epoch)
        != (entry.outcome, entry.side, entry.epoch)
    ):
        if current is not None:
            current.ended_at = entry.unseen_since if is_blind else entry.at
            current.save(update_fields=["ended_at"])
        OutcomeSpan.objects.create(
            source_id=entry.source_id,
            outcome=entry.outcome,
            side=entry.side,
            sentence=entry.sentence,
            epoch=entry.epoch,
            began_at=entry.at,
            comparison_id=entry.comparison_id,
        )
    _count(entry)


def unseen_since(
    previous: datetime | None, now: datetime, *, interval_seconds: int
) -> datetime | None:
    """Return the look before this one where it was more than three intervals ago, else None."""
    if previous is None or now - previous <= timedelta(seconds=GAP_INTERVALS * interval_seconds):
        return None
    return previous


def _count(entry: Entry) -> None:
    """Add the look to the row of its hour."""
    hour = entry.at.replace(minute=0, second=0, microsecond=0)
    row, _ = HourRollup.objects.get_or_create(source_id=entry.source_id, hour=hour)
    row.looks += 1
    row.good += entry.outcome in GOOD
    row.outcomes = {**row.outcomes, entry.outcome: row.outcomes.get(entry.outcome, 0) + 1}
    row.changes += entry.changes
    row.differences_max = max(row.differences_max, entry.differences)
    row.routes = entry.routes or row.routes
    row.look_seconds_max = max(row.look_seconds_max, entry.look_seconds)
    if entry.lag_seconds is not None:
        row.lags = with_lag(row.lags, entry.lag_seconds)
    row.save()
