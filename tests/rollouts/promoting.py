"""Promotions on the stage: a tier that is ready, people, and what each of them does.

Alice requests, Bob and Carol approve, Dave may only look.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User

from ledger.clock import database_now
from rollouts.evidence import Document
from rollouts.machine import Mode
from rollouts.models import Promotion, Target, Tier
from rollouts.operations.approve_promotion import approve_promotion
from rollouts.operations.request_promotion import Request, request_promotion
from rollouts.operations.roll_back import WayBack, roll_back
from rollouts.permissions.roles import Role
from rollouts.queries.promotion_evidence import evidence_now
from rollouts.queries.step_evidence import step_evidence
from tests.rollouts.stage import collector_beats, let_modes_be_read, load, person, stand, target

PROVEN: dict[str, Any] = {"clean_seconds": 7200.0, "clean_looks": 50, "clean_changes": 9}


def ready_tier(*aliases: str) -> Tier:
    """Return a tier of the stage whose targets have proven all that exec asks for."""
    load()
    let_modes_be_read()
    collector_beats()
    for alias in aliases or ("kube-1", "kube-2"):
        stand(target(alias), **PROVEN)
    tier = target(aliases[0] if aliases else "kube-1").tier
    baked = database_now() - timedelta(days=30)
    earlier = Target.objects.filter(rollout=tier.rollout, tier__rank__lt=tier.rank)
    for one in earlier.select_related("source"):
        stand(one)
    earlier.update(mode=Mode.EXEC, mode_since=baked, observed_mode=Mode.EXEC)
    return tier


def alice() -> User:
    return person("alice", Role.REQUESTER)


def bob() -> User:
    return person("bob", Role.APPROVER)


def carol() -> User:
    return person("carol", Role.APPROVER)


def dave() -> User:
    return person("dave", Role.VIEWER)


def evidence_of(tier: Tier) -> Document:
    """Return the evidence for moving a tier from shadow to exec as a page shows it now."""
    return step_evidence(
        tier, from_mode=Mode.SHADOW, to_mode=Mode.EXEC, now=database_now()
    ).document


def shown_for(promotion: Promotion) -> Document | None:
    """Return the evidence of a promotion as its page shows it now."""
    return evidence_now(promotion, now=database_now()).document


def requested(tier: Tier, *, actor: User | None = None, **fields: object) -> Promotion:
    """Return a promotion of the whole tier to exec, asked for by Alice unless it says who."""
    request: dict[str, Any] = {
        "from_mode": Mode.SHADOW,
        "to_mode": Mode.EXEC,
        "shown": evidence_of(tier),
        "request_key": secrets.token_hex(16),
        "reason": "the diff is empty since Monday",
        **fields,
    }
    return request_promotion(tier, Request(**request), actor=actor or alice(), now=database_now())


def approved(
    promotion: Promotion, *, actor: User | None = None, shown: Document | None = None
) -> Promotion:
    """Return the promotion after Bob, or who is named, saw its evidence and approved it."""
    now = database_now()
    seen = shown or evidence_now(promotion, now=now).document
    return approve_promotion(promotion, shown=seen, actor=actor or bob(), now=now)


def rolled_back(tier: Tier, to_mode: Mode = Mode.SHADOW, *, actor: User | None = None) -> Promotion:
    """Return the rollback that Alice, or who is named, ordered."""
    way = WayBack(to_mode, "errors since the switch", secrets.token_hex(16))
    return roll_back(tier, way, actor=actor or alice(), now=database_now())
