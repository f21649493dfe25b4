"""Approve a promotion.

Flow: store → gates → request → *approve* → apply → read back → audit → notify.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from diffs.operations.keep_for_ever import keep_for_ever
from ledger import audit
from rollouts.evidence import Document, digest_of, worse
from rollouts.machine import Event, State
from rollouts.models import Approval, Promotion, Tier
from rollouts.operations.decide import Refusal, decide, lock_promotion
from rollouts.operations.move_promotion import MACHINE, move_promotion, subject_of
from rollouts.operations.ring_worker import ring_worker
from rollouts.permissions.roles import Role
from rollouts.queries.promotion_evidence import evidence_now
from rollouts.queries.promotion_people import quorum_now
from rollouts.queries.step_evidence import StepEvidence
from rollouts.queries.why_not import APPROVED, why_closed, why_not_approve, why_not_expired


def approve_promotion(
    promotion: Promotion, *, shown: Document, actor: AbstractBaseUser, now: datetime
) -> Promotion:
    """Record one person's approval, and release the promotion when enough have given theirs.

    Approving twice is no error and adds nothing: a double click is not a second opinion. But who
    approved and lost the role for a while may have it back: then enough may have been given by now.

    Shapes
        shown   the evidence that the person was shown; kept with the approval

    Errors
        PromotionRefused    own request, no authority, past approving, a gate nobody can judge now,
                            or evidence that got worse: since the request (then it is the end of
                            the promotion), or since the page was opened
        Busy                others decide on this tier at this moment
    """

    def work(_tier: Tier, roles: frozenset[Role]) -> Promotion | Refusal:
        locked = lock_promotion(promotion.pk)
        if locked.approvals.filter(approver_id=actor.pk).exists() and Role.APPROVER in roles:
            return release(locked, actor=actor, now=now)
        if why := why_not_approve(locked, actor.pk, roles):
            return Refusal(why)
        if locked.state != State.PENDING:
            return Refusal(f"This promotion is already {locked.state}.")
        if why := why_not_expired(locked, now):
            move_promotion(locked, Event.EXPIRE, actor=MACHINE, now=now)
            return Refusal(why)
        step = evidence_now(locked, now=now)
        if doubt := _doubt(locked, shown, step, now):
            return doubt
        sources = [row.facts.source_id for row in step.members]
        keep_for_ever(sources, named_by=locked.name, now=now)
        return _approve(locked, step.document, actor, roles, now)

    return decide(
        "promotion_approve",
        promotion.tier_id,
        work,
        actor=actor,
        now=now,
        subject=subject_of(promotion),
    )


def _doubt(
    promotion: Promotion, shown: Document, step: StepEvidence, now: datetime
) -> Refusal | None:
    """Return what in the evidence forbids to approve now; what got worse ends the promotion."""
    if changes := worse(promotion.evidence, step.document):
        reason = " ".join(one.sentence for one in changes)
        move_promotion(promotion, Event.OUTDATE, actor=MACHINE, now=now, reason=reason)
        return Refusal("The evidence got worse since it was asked for.", changes)
    if changes := worse(shown, step.document):
        return Refusal("The evidence got worse since you opened the page.", changes)
    return Refusal(why_closed(step, APPROVED)) if step.closed else None


def _approve(
    promotion: Promotion,
    document: Document,
    actor: AbstractBaseUser,
    roles: frozenset[Role],
    now: datetime,
) -> Promotion:
    """Write the approval and, with the last one needed, the new state."""
    approval = Approval.objects.create(
        promotion=promotion,
        requested_by_id=promotion.requested_by_id,
        approver_id=actor.pk,
        approved_at=now,
        evidence=document,
        evidence_digest=digest_of(document),
    )
    audit.record(
        "promotion_approval_given",
        subject=subject_of(promotion),
        actor=actor,
        at=now,
        role=", ".join(sorted(roles)),
        after={"evidence": approval.evidence_digest},
    )
    return release(promotion, actor=actor, now=now)


def release(promotion: Promotion, *, actor: AbstractBaseUser | str, now: datetime) -> Promotion:
    """Hand a locked promotion to the workers where enough people have approved it.

    They judge it once more before they start it.
    """
    is_waiting = promotion.state == State.PENDING and promotion.expires_at > now
    if is_waiting and quorum_now(promotion).is_met:
        promotion.next_attempt_at = now
        move_promotion(promotion, Event.APPROVE, actor=actor, now=now)
        ring_worker(promotion.pk)
    return promotion
