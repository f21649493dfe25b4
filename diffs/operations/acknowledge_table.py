"""Believe a table that shrank, on a person's word."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from diffs.models import SideState, SourceState
from diffs.outcomes import Outcome


class NothingToAcknowledge(Exception):
    """The last look suspects no table of this source."""


def acknowledge_table(source_id: int, *, now: datetime) -> tuple[str, int, int]:
    """Take the suspected side's present size as good, and look again at once.

    Shapes
        return  (side, routes before, routes now)

    Errors
        NothingToAcknowledge
    """
    with transaction.atomic():
        state = SourceState.objects.select_for_update().get(source_id=source_id)
        row = SideState.objects.filter(source_id=source_id, side=state.side).first()
        if state.outcome != Outcome.SUSPECT or row is None:
            raise NothingToAcknowledge("No table of this target is suspect any more.")
        before, present = row.good_routes or 0, row.routes or 0
        row.good_routes = present
        row.save(update_fields=["good_routes"])
        state.next_look_at = now
        state.save(update_fields=["next_look_at"])
    return row.side, before, present
