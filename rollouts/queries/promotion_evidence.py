"""The evidence behind a promotion as it is now, over the targets that it names."""

from __future__ import annotations

from datetime import datetime

from rollouts.machine import Mode
from rollouts.models import Promotion
from rollouts.queries.step_evidence import StepEvidence, step_evidence


def evidence_now(
    promotion: Promotion, *, now: datetime, is_watched: bool | None = None
) -> StepEvidence:
    """Judge the promotion's step again; it never counts itself.

    Shapes
        is_watched  whether any worker hands out looks, where a page knows; None: it is asked here
    """
    named = promotion.members.values_list("target_id", flat=True)
    return step_evidence(
        promotion.tier,
        from_mode=Mode(promotion.from_mode),
        to_mode=Mode(promotion.to_mode),
        now=now,
        named=set(named),
        but_not=promotion.pk,
        is_watched=is_watched,
    )
