"""Ask that a source be looked at now, whatever its back-off says."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from diffs.models import SourceState


def ask_for_look(source_ids: Collection[int], *, now: datetime) -> int:
    """Make sources due; return how many. A look under way is not disturbed.

    How often a source failed stays: it is looked at once, among the failing ones, and if it fails
    again it is left alone for longer. A whole tier of addresses that hang would else take all
    places from the others, at every click.
    """
    return SourceState.objects.filter(source_id__in=source_ids).update(next_look_at=now)
