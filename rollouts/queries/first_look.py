"""Since when anything is known of sources: where a chart of them begins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min

from diffs.models import OutcomeSpan


def first_look_at(source_ids: Iterable[int]) -> datetime | None:
    """Return when the first look that is still remembered was at any of these sources."""
    rows = OutcomeSpan.objects.filter(source_id__in=list(source_ids))
    earliest: datetime | None = rows.aggregate(earliest=Min("began_at"))["earliest"]
    return earliest
