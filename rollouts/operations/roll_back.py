"""Move a tier back to a safer mode: one person, at once, no gate, whatever is under way.

Flow: *roll back* → apply → read back → audit → notify.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce

from django.contrib.auth.models import AbstractBaseUser

from ledger import audit
from rollouts.evidence import TargetEvidence, digest_of, evidence_document
from rollouts.machine import OPEN, Event, Kind, Mode, State, is_riskier, mode_step
from rollouts.models import Promotion, Target, Tier
from rollouts.operations.decide import Refusal, decide, lock_promotion
from rollouts.operations.move_promotion import move_promotion, subject_of, tell
from rollouts.operations.request_promotion import name_members, tier_generation
from rollouts.operations.ring_worker import ring_worker
from rollouts.operations.start_promotion import begin_steps
from rollouts.permissions.roles import Role
from rollouts.queries.forecasts import known_forecast
from rollouts.queries.rollback_targets import riskier, rollback_targets
from rollouts.queries.step_evidence import policy_version
from rollouts.queries.why_not import why_not_roll_back
from rollouts.reasons import reason_fault

OPEN_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WayBack:
    """What a person asks for; `request_key` is the form's nonce."""

    to_mode: Mode
    reason: str
    request_key: str


def roll_back(tier: Tier, way: WayBack, *, actor: AbstractBaseUser, now: datetime) -> Promotion:
    """Take every target of a tier that is riskier back to a mode; born approved.

    It supersedes what is open, but for a rollback that goes at least as far: that one is the
    answer, also to a second click.

    Errors
        PromotionRefused    no authority, no readable reason, or nothing is riskier
        Busy                others decide on this tier at this moment
    """

    def work(locked: Tier, roles: frozenset[Role]) -> Promotion | Refusal:
        there = _there_already(locked, way)
        if there is not None and roles:
            return there
        if refusal := _refusal(locked, way, roles):
            return refusal
        open_one = _open_one(locked)
        targets = rollback_targets(locked, way.to_mode, open_one=open_one)
        if not targets:
            return Refusal(f"No target of {locked.name} is riskier than {way.to_mode}.")
        if open_one is not None:
            _supersede(open_one, way.to_mode, actor, now)
        rollback = _open(locked, targets, way, actor, now)
        _record(rollback, open_one, actor, roles, now)
        return rollback

    return decide("promotion_roll_back", tier.pk, work, actor=actor, now=now)


def _open_one(tier: Tier) -> Promotion | None:
    return Promotion.objects.filter(tier=tier, state__in=OPEN).first()


def _there_already(tier: Tier, way: WayBack) -> Promotion | None:
    """Return the rollback that this form opened, or an open one that goes at least as far."""
    mine = Promotion.objects.filter(request_key=way.request_key, tier=tier, kind=Kind.ROLLBACK)
    if (again := mine.first()) is not None:
        return again
    open_one = _open_one(tier)
    if open_one is None or open_one.kind != Kind.ROLLBACK:
        return None
    return None if is_riskier(Mode(open_one.to_mode), way.to_mode) else open_one


def _refusal(tier: Tier, way: WayBack, roles: frozenset[Role]) -> Refusal | None:
    if why := why_not_roll_back(tier, roles):
        return Refusal(why)
    if fault := reason_fault(way.reason):
        return Refusal(fault)
    if way.to_mode not in {Mode.OFF, Mode.SHADOW}:
        return Refusal("A rollback leads to shadow or to off.")
    return None


def _supersede(open_one: Promotion, to_mode: Mode, actor: AbstractBaseUser, now: datetime) -> None:
    reason = f"{actor.get_username()} rolls the tier back to {to_mode}"
    move_promotion(
        lock_promotion(open_one.pk), Event.SUPERSEDE, actor=actor, now=now, reason=reason
    )


def _open(
    tier: Tier, targets: dict[Target, Mode], way: WayBack, actor: AbstractBaseUser, now: datetime
) -> Promotion:
    """Write the rollback with its generation: whoever still applies an older one is too late."""
    from_mode = reduce(riskier, targets.values())
    mode_step(from_mode, way.to_mode)
    document = evidence_document(
        rollout=tier.rollout.key,
        tier=tier.name,
        from_mode=from_mode,
        to_mode=way.to_mode,
        policy_version=policy_version(tier),
        rules_version="",
        targets={one.key: TargetEvidence(one.generation, {}, {}) for one in targets},
        gates={},
    )
    rollback = Promotion.objects.create(
        kind=Kind.ROLLBACK,
        tier=tier,
        request_key=way.request_key,
        idempotency_key=secrets.token_hex(16),
        from_mode=from_mode,
        to_mode=way.to_mode,
        is_production=tier.is_production,
        quorum=0,
        evidence=document,
        evidence_digest=digest_of(document),
        policy_version=policy_version(tier),
        base_generation=tier_generation(tier),
        requested_by_id=actor.pk,
        requested_at=now,
        reason=way.reason.strip(),
        expires_at=now + OPEN_FOR,
        state=State.APPROVED,
        state_at=now,
        next_attempt_at=now,
        forecast=known_forecast(tier, way.to_mode),
    )
    name_members(rollback, [one.pk for one in targets])
    begin_steps(rollback)
    return rollback


def _record(
    rollback: Promotion,
    supersedes: Promotion | None,
    actor: AbstractBaseUser,
    roles: frozenset[Role],
    now: datetime,
) -> None:
    """Put the order on the trail, tell it, and ring for a worker."""
    rollback.supersedes = supersedes
    rollback.save(update_fields=["supersedes"])
    audit.record(
        "rollback_ordered",
        subject=subject_of(rollback),
        actor=actor,
        at=now,
        role=", ".join(sorted(roles)),
        before={"supersedes": supersedes.name} if supersedes else None,
        after={
            "from": rollback.from_mode,
            "to": rollback.to_mode,
            "targets": list(rollback.members.values_list("target__key", flat=True)),
            "generation": rollback.generation,
        },
        reason=rollback.reason,
    )
    tell(rollback, now=now)
    ring_worker(rollback.pk)
