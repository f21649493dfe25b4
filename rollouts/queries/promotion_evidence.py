"""The evidence behind a promotion as it is now, over the targets that it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from rollouts.evidence import Document, digest_of
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
    step = step_evidence(
        promotion.tier,
        from_mode=Mode(promotion.from_mode),
        to_mode=Mode(promotion.to_mode),
        now=now,
        named=set(named),
        but_not=promotion.pk,
        is_watched=is_watched,
    )
    if promotion.generation is None:
        return step
    document = _without_itself(step.document, promotion)
    return replace(step, document=document, digest=digest_of(document))


def _without_itself(document: Document, promotion: Promotion) -> Document:
    """Return the evidence with the generations from before this promotion raised them."""
    rows = promotion.members.values_list("target__key", "base_generation")
    before = dict(rows)
    targets = {
        key: {**target, "generation": before[key]}
        if target["generation"] == promotion.generation
        else target
        for key, target in cast("dict[str, Any]", document["targets"]).items()
    }
    return {**document, "targets": targets}
