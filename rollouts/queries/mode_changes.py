"""When a target came into its modes, and by what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from ledger.models import AuditRecord
from rollouts.models import ApplyStep, Target

CHANGES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class ModeChange:
    """One change of the mode that we hold a target to.

    Shapes
        by, url     the promotion or rollback; "" where the mode was found, not made
    """

    mode: str
    at: datetime
    by: str
    url: str


def mode_changes(target: Target) -> tuple[ModeChange, ...]:
    """Return the last changes of a target's mode, the newest first, in two queries."""
    steps = ApplyStep.objects.filter(target=target, promotion__written_at__isnull=False)
    rows = steps.exclude(written_at=None).select_related("promotion").order_by("-written_at")
    made = [
        ModeChange(
            row.promotion.to_mode,
            row.written_at,
            row.promotion.name,
            reverse("promotion", args=[row.promotion_id]),
        )
        for row in rows[:CHANGES_SHOWN]
        if row.written_at is not None
    ]
    subject = f"target {target.rollout.key}/{target.key}"
    adopted = AuditRecord.objects.filter(subject=subject, action="mode_adopted").order_by("-seq")
    found = [
        ModeChange(mode, at, "", "")
        for mode, at in adopted.values_list("after", "at")[:CHANGES_SHOWN]
        if isinstance(mode, str)
    ]
    return tuple(sorted([*made, *found], key=lambda one: one.at, reverse=True)[:CHANGES_SHOWN])
