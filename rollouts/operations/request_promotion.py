"""Ask for targets of a tier to be moved one mode on.

Flow: store → gates → *request* → approve → apply → read back → audit → notify.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser

from diffs.operations.keep_for_ever import keep_for_ever
from ledger import audit
from rollouts.evidence import Document, digest_of, worse
from rollouts.machine import Kind, Mode, State, mode_step
from rollouts.models import Promotion, PromotionMember, Target, Tier
from rollouts.operations.decide import PromotionRefused, Refusal, decide
from rollouts.operations.move_promotion import subject_of, tell
from rollouts.permissions.roles import Role
from rollouts.queries.forecasts import known_forecast
from rollouts.queries.quorum_asked import quorum_of
from rollouts.queries.step_evidence import StepEvidence, policy_version, step_evidence
from rollouts.queries.why_not import ASKED_FOR, why_closed, why_not_request
from rollouts.reasons import reason_fault

__all__ = ["PromotionRefused", "Request", "request_promotion"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks for.

    Shapes
        shown           the evidence that the person was shown when asking
        request_key     the form's nonce: the same form sent twice is one request
        named           the ids of the targets; None for all that can move
    """

    from_mode: Mode
    to_mode: Mode
    shown: Document
    request_key: str
    reason: str
    named: Collection[int] | None = field(default=None)


def request_promotion(
    tier: Tier, request: Request, *, actor: AbstractBaseUser, now: datetime
) -> Promotion:
    """Open a promotion, on the evidence as it is now and no worse than it was shown.

    Errors
        PromotionRefused    no authority, nothing to move, a closed gate, evidence that got worse
                            since it was shown, or another promotion is open
        Busy                others decide on this tier at this moment
        IllegalStep         no step leads from the one mode to the other
    """
    mode_step(request.from_mode, request.to_mode)

    def work(locked: Tier, roles: frozenset[Role]) -> Promotion | Refusal:
        again = Promotion.objects.filter(request_key=request.request_key).first()
        if again is not None:
            return _same(again, locked, request, actor)
        if why := why_not_request(locked, roles):
            return Refusal(why)
        if fault := reason_fault(request.reason):
            return Refusal(fault)
        step = step_evidence(
            locked,
            from_mode=request.from_mode,
            to_mode=request.to_mode,
            named=request.named,
            now=now,
        )
        if refusal := _refusal(locked, step, request):
            return refusal
        return _open(locked, step, request, actor, roles, now)

    return decide("promotion_request", tier.pk, work, actor=actor, now=now)


def _same(
    again: Promotion, tier: Tier, request: Request, actor: AbstractBaseUser
) -> Promotion | Refusal:
    """Return the promotion that this very form opened before, with all that it asked for."""
    then = (
        again.kind,
        again.tier_id,
        again.requested_by_id,
        again.from_mode,
        again.to_mode,
        again.reason,
    )
    asked = (
        Kind.PROMOTION,
        tier.pk,
        actor.pk,
        request.from_mode,
        request.to_mode,
        request.reason.strip(),
    )
    if then == asked and _names_the_same(again, request):
        return again
    return Refusal("This form was used for another request. Open the page again.")


def _names_the_same(again: Promotion, request: Request) -> bool:
    """Say whether a request names the members of a promotion: by a choice, or all that it saw."""
    members = dict(again.members.values_list("target_id", "target__key"))
    seen = request.shown.get("targets")
    is_choice_the_same = request.named is None or set(request.named) == set(members)
    return is_choice_the_same and isinstance(seen, dict) and set(seen) == set(members.values())


def _refusal(tier: Tier, step: StepEvidence, request: Request) -> Refusal | None:
    """Return why the step may not be asked for now."""
    if tier.removed_at is not None:
        return Refusal("The fleet file no longer names this tier.")
    if not step.members:
        return Refusal(why_closed(step, ASKED_FOR))
    if request.named is not None and len(step.members) != len(set(request.named)):
        return Refusal("Not every target that you named can move. Open the page again.")
    if changes := worse(request.shown, step.document):
        return Refusal("The evidence got worse since you opened the page.", changes)
    return Refusal(why_closed(step, ASKED_FOR)) if step.closed else None


def _open(
    tier: Tier,
    step: StepEvidence,
    request: Request,
    actor: AbstractBaseUser,
    roles: frozenset[Role],
    now: datetime,
) -> Promotion:
    """Write the promotion with its members."""
    quorum, groups = quorum_of(tier, step.from_mode, step.to_mode)
    promotion = Promotion.objects.create(
        kind=Kind.PROMOTION,
        tier=tier,
        request_key=request.request_key,
        idempotency_key=secrets.token_hex(16),
        from_mode=step.from_mode,
        to_mode=step.to_mode,
        is_production=tier.is_production,
        quorum=quorum,
        groups=groups,
        evidence=step.document,
        evidence_digest=digest_of(step.document),
        policy_version=policy_version(tier),
        base_generation=tier_generation(tier),
        requested_by_id=actor.pk,
        requested_at=now,
        reason=request.reason.strip(),
        expires_at=now + timedelta(seconds=int(tier.policy.get("expires_seconds", 86_400))),
        state=State.PENDING,
        state_at=now,
        forecast=known_forecast(tier, step.to_mode, request.named),
    )
    name_members(promotion, [row.id for row in step.members])
    sources = [row.facts.source_id for row in step.members]
    keep_for_ever(sources, named_by=promotion.name, now=now)
    audit.record(
        "promotion_requested",
        subject=subject_of(promotion),
        actor=actor,
        at=now,
        role=", ".join(sorted(roles)),
        after={
            "from": step.from_mode,
            "to": step.to_mode,
            "targets": [row.key for row in step.members],
            "evidence": promotion.evidence_digest,
            "quorum": quorum,
        },
        reason=promotion.reason,
    )
    tell(promotion, now=now)
    return promotion


def tier_generation(tier: Tier) -> int:
    """Return the generation of a tier's newest order, as the database has it now."""
    return Tier.objects.values_list("generation", flat=True).get(pk=tier.pk)


def name_members(promotion: Promotion, target_ids: Collection[int]) -> None:
    """Write which targets a promotion names, wherever they are by now."""
    targets = Target.objects.filter(pk__in=target_ids).order_by("pk")
    PromotionMember.objects.bulk_create(
        PromotionMember(promotion=promotion, target=target, base_generation=target.generation)
        for target in targets
    )
