"""Work out beforehand what carrying out a step would change, so that a page can show it.

A worker does it, since no page may reach out; what it found says on which head and when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from rollouts.appliers.order import NotNow, Order, Refused
from rollouts.machine import MODE_STEPS, OPEN, Mode
from rollouts.models import Forecast, Promotion, Rollout, Tier
from rollouts.queries.order import forecast_order, order_of
from rollouts.queries.target_rows import living_targets
from rollouts.reach import applier_of


def forecast_steps(*, now: datetime) -> int:
    """Forecast every step that a tier could take now, and every open promotion; return how many."""
    count = 0
    for tier in Tier.objects.filter(removed_at=None).select_related("rollout").order_by("pk"):
        for from_mode, to_mode in _steps(tier):
            forecast_tier(tier, from_mode, to_mode, now=now)
            count += 1
    waiting = Promotion.objects.filter(state__in=OPEN, started_at=None)
    for promotion in waiting.select_related("tier__rollout"):
        forecast_promotion(promotion, now=now)
        count += 1
    return count


def forecast_tier(tier: Tier, from_mode: Mode, to_mode: Mode, *, now: datetime) -> None:
    """Forecast moving all targets of a tier that are in one mode to another."""
    order = forecast_order(tier, from_mode, to_mode)
    document, head, problem = _ask(tier.rollout, order)
    with transaction.atomic():
        Forecast.objects.update_or_create(
            tier=tier,
            to_mode=to_mode,
            defaults={"made_at": now, "head": head, "document": document, "problem": problem},
        )


def forecast_promotion(promotion: Promotion, *, now: datetime) -> None:
    """Forecast what an open promotion would write, were it carried out now.

    Once it was started its forecast stays: asked then, the world would say that nothing has to
    change any more.
    """
    document, head, problem = _ask(
        promotion.tier.rollout, order_of(promotion, audit_head="as of the moment it is applied")
    )
    forecast = {**document, "head": head, "problem": problem, "made_at": now.isoformat()}
    Promotion.objects.filter(pk=promotion.pk, started_at=None).update(forecast=forecast)


def _steps(tier: Tier) -> Iterator[tuple[Mode, Mode]]:
    """Yield the steps that some target of the tier could take: each mode to reach once."""
    modes = set(living_targets().filter(tier=tier).values_list("mode", flat=True))
    reached: set[Mode] = set()
    for old, new in MODE_STEPS:
        if old in modes and new not in reached:
            reached.add(new)
            yield old, new


def _ask(rollout: Rollout, order: Order) -> tuple[dict[str, object], str, str]:
    """Return the forecast as JSON, the head it was worked out on, and why there is none."""
    try:
        preview = applier_of(rollout).preview(order)
    except Refused as refusal:
        return {"lines": list(refusal.lines)}, "", str(refusal)
    except NotNow as problem:
        return {}, "", str(problem)
    return asdict(preview), preview.head, ""
