"""How many of a side's pods were seen lately, and which of them stand against the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diffs.models import PodSighting

LATELY = timedelta(minutes=10)
SHOWN = 20


@dataclass(frozen=True, slots=True)
class PodRow:
    """One pod of which is known what it said last.

    `since` is when it was first seen to say it; `address` is the one of its side that led there.
    """

    name: str
    seen_at: datetime
    since: datetime
    address: str
    is_apart: bool


@dataclass(frozen=True, slots=True)
class PodsSeen:
    """The pods of one side that is answered by several.

    `known` counts those that its addresses lead to, `lately` those that answered in the last ten
    minutes; `rows` are those that stand apart, then those seen longest ago.
    """

    known: int
    lately: int
    rows: tuple[PodRow, ...]

    @property
    def apart(self) -> PodRow | None:
        """Return the pod that stands against its siblings, if one does."""
        return next((row for row in self.rows if row.is_apart), None)

    @property
    def unlisted(self) -> int:
        """Return how many pods are not among the rows."""
        return max(0, self.known - len(self.rows))


def pods_seen(source_id: int, side: str, *, known: int, now: datetime | None) -> PodsSeen | None:
    """Return what is known of a side's pods; None where one alone answers, or no time is given."""
    if known < 2 or now is None:  # noqa: PLR2004  (one is no sample)
        return None
    rows = PodSighting.objects.filter(source_id=source_id, side=side)
    lately = rows.filter(seen_at__gte=now - LATELY).count()
    listed = rows.order_by("-is_apart", "seen_at", "pod")[:SHOWN]
    return PodsSeen(
        known,
        lately,
        tuple(PodRow(row.pod, row.seen_at, row.since, row.address, row.is_apart) for row in listed),
    )
