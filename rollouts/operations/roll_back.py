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
    answer, also to a second click. Where nothing is riskier yet, a promotion that would make it so
    is superseded all the same, and is the answer.

    Errors
        PromotionRefused    no authority, no readable reason, nothing is riskier, or the form was
                            used for something else
        Busy                others decide on this tier at this moment
    """

    def work(locked: Tier, roles: frozenset[Role]) -> Promotion | Refusal:
        if why := why_not_roll_back(locked, roles):
            return Refusal(why)
        if (there := _there_already(locked, way, actor)) is not None:
            return there
        if fault := _fault(way):
            return Refusal(fault)
        open_one = _open_one(locked)
        targets = rollback_targets(locked, way.to_mode, open_one=open_one)
        if not targets:
            return _stop(locked, way, actor, roles, now)
        if open_one is not None:
            _supersede(open_one, f"rolls the tier back to {way.to_mode}", actor, roles, now)
        rollback = _open(locked, targets, way, actor, now)
        _record(rollback, open_one, actor, roles, now)
        return rollback

    return decide("promotion_roll_back", tier.pk, work, actor=actor, now=now)


def _open_one(tier: Tier) -> Promotion | None:
    return Promotion.objects.filter(tier=tier, state__in=OPEN).first()


def _there_already(tier: Tier, way: WayBack, actor: AbstractBaseUser) -> Promotion | None:
    """Return the rollback that this form opened and that still holds, or an open one that goes at
    least as far."""
    mine = Promotion.objects.filter(
        request_key=way.request_key,
        tier=tier,
        kind=Kind.ROLLBACK,
        to_mode=way.to_mode,
        requested_by_id=actor.pk,
    ).first()
    if mine is not None and _holds(mine):
        return mine
    open_one = _open_one(tier)
    if open_one is None or open_one.kind != Kind.ROLLBACK:
        return None
    return None if is_riskier(Mode(open_one.to_mode), way.to_mode) else open_one


def _holds(rollback: Promotion) -> bool:
    """Say whether a rollback is open, or done with nothing asked for since."""
    if rollback.state in OPEN:
        return True
    later = Promotion.objects.filter(tier=rollback.tier_id, pk__gt=rollback.pk)
    return rollback.state == State.DONE and not later.exists()


def _fault(way: WayBack) -> str:
    """Return what is wrong with what was sent; "" where nothing is."""
    if fault := reason_fault(way.reason):
        return fault
    if way.to_mode not in {Mode.OFF, Mode.SHADOW}:
        return "A rollback leads to shadow or to off."
    if Promotion.objects.filter(request_key=way.request_key).exists():
        return "This form was used before, and what it asked for is over. Open the page again."
    return ""


def _stop(
    tier: Tier,
    way: WayBack,
    actor: AbstractBaseUser,
    roles: frozenset[Role],
    now: datetime,
) -> Promotion | Refusal:
    """Supersede a promotion that has made nothing riskier yet, but would; twice is once."""
    newest = Promotion.objects.filter(tier=tier).order_by("-pk").first()
    is_meant = newest is not None and is_riskier(Mode(newest.to_mode), way.to_mode)
    if newest is None or not is_meant or newest.state not in {*OPEN, State.SUPERSEDED}:
        return Refusal(f"No target of {tier.name} is riskier than {way.to_mode}.")
    if newest.state in OPEN:
        deed = f"keeps the tier in {way.to_mode}: {way.reason.strip()}"
        newest = _supersede(newest, deed, actor, roles, now)
    return newest


def _supersede(
    open_one: Promotion, deed: str, actor: AbstractBaseUser, roles: frozenset[Role], now: datetime
) -> Promotion:
    locked = lock_promotion(open_one.pk)
    reason, role = f"{actor.get_username()} {deed}", ", ".join(sorted(roles))
    move_promotion(locked, Event.SUPERSEDE, actor=actor, now=now, reason=reason, role=role)
    return locked


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
