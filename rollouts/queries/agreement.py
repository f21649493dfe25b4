"""Whether what people agreed to still stands: the evidence they saw, and their authority."""

from __future__ import annotations

from rollouts.evidence import worse
from rollouts.models import Promotion
from rollouts.queries.promotion_people import lost_authority
from rollouts.queries.step_evidence import StepEvidence


def why_outdated(promotion: Promotion, step: StepEvidence) -> str:
    """Return what got worse since a promotion was asked for and approved; "" where nothing did.

    Shapes
        step    its evidence as it is now
    """
    changes = worse(promotion.evidence, step.document)
    for approval in promotion.approvals.all():
        changes = changes or worse(approval.evidence, step.document)
    return lost_authority(promotion) or " ".join(one.sentence for one in changes)
