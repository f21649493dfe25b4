"""Two tiers on the stage, everything proven: the first in exec and baked, the second soaked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User

from diffs.models import Source
from ledger.clock import database_now
from rollouts.machine import Mode
from rollouts.models import Promotion, Target, Tier
from rollouts.queries.step_evidence import StepEvidence, step_evidence
from tests.rollouts.stage import FLEET, collector_beats, let_modes_be_read, load, stand, target

DAY = 86_400
SOAKED: dict[str, Any] = {"clean_seconds": 2.0 * 3600, "clean_looks": 120, "clean_changes": 7}


def tier(name: str = "production", rollout: str = "routesrv") -> Tier:
    """Return a tier as a page gets it."""
    return Tier.objects.select_related("rollout").get(rollout__key=rollout, name=name)


def put(one: Target, **columns: object) -> None:
    """Write columns of a target's row."""
    Target.objects.filter(pk=one.pk).update(**columns)


def set_scene() -> None:
    """Load the fleet and bring the tier test to exec, 8 days ago; production has soaked."""
    load()
    let_modes_be_read()
    collector_beats()
    long_ago = database_now() - timedelta(days=8)
    for alias in ("kube-1", "kube-2"):
        one = target(alias)
        put(one, mode=Mode.EXEC, mode_since=long_ago, observed_mode=Mode.EXEC)
        Source.objects.filter(pk=one.source_id).update(is_soaking=False)
        stand(one)
    stand(target("kube-3"), **SOAKED)


def to_exec(name: str = "production", now: datetime | None = None, **given: Any) -> StepEvidence:
    """Return the step of a tier from shadow to exec."""
    return step_evidence(
        tier(name), from_mode=Mode.SHADOW, to_mode=Mode.EXEC, now=now or database_now(), **given
    )


def verdicts(step: StepEvidence) -> dict[str, str]:
    """Return what each gate says."""
    return {one.gate: str(one.verdict) for one in step.judgements}


def sentence(step: StepEvidence, gate: str) -> str:
    """Return one gate's sentence."""
    (said,) = (one.sentence for one in step.judgements if one.gate == gate)
    return said


def open_promotion(of: Tier, *members: Target, state: str = "pending", **more: object) -> Promotion:
    """Write a promotion of a tier as a request leaves it."""
    now = database_now()
    user, _ = User.objects.get_or_create(username="alice")
    count = Promotion.objects.count()
    row = {
        "kind": "promotion",
        "tier": of,
        "request_key": f"request {count}",
        "idempotency_key": f"key {count}",
        "from_mode": "shadow",
        "to_mode": "exec",
        "is_production": of.is_production,
        "quorum": 2,
        "evidence": {},
        "evidence_digest": "0" * 64,
        "policy_version": "0" * 64,
        "base_generation": 0,
        "requested_by": user,
        "requested_at": now,
        "expires_at": now + timedelta(days=1),
        "state": state,
        "state_at": now,
    }
    promotion = Promotion.objects.create(**{**row, **more})
    for one in members:
        promotion.members.create(target=one, base_generation=one.generation)
    return promotion


def more_clusters(*numbers):
    """Return the fleet file with more clusters that no tier names yet."""
    lines = "".join(
        f'  - {{key: "aws:1:eu:kube-{number}", alias: kube-{number}, environment: production, '
        "region: eu}\n"
        for number in numbers
    )
    return FLEET.replace("rollouts:\n", f"{lines}rollouts:\n", 1)
