"""Work out beforehand what carrying out a step would change, so that a page can show it.

A worker does it, since no page may reach out; what it found says on which head and when.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, transaction

from rollouts.appliers.order import NotNow, Order, Refused
from rollouts.machine import MODE_STEPS, OPEN, Mode, step_up
from rollouts.models import Forecast, Promotion, Rollout, Tier
from rollouts.queries.order import forecast_order, order_of
from rollouts.queries.target_rows import living_targets
from rollouts.reach import applier_of

log = structlog.get_logger(__name__)

ASKED_LATELY = timedelta(minutes=10)
GONE = "None of the chosen targets can make this step any more."


def forecast_steps(*, now: datetime) -> int:
    """Forecast every step that a tier could take now, and every open promotion; return how many.

    An error that nobody foresaw costs one forecast, and no other.
    """
    count = 0
    for tier in Tier.objects.filter(removed_at=None).select_related("rollout").order_by("pk"):
        for from_mode, to_mode in _steps(tier):
            with _alone(tier=tier.pk):
                forecast_tier(tier, from_mode, to_mode, now=now)
                count += 1
    count += forecast_chosen(now=now)
    waiting = Promotion.objects.filter(state__in=OPEN, started_at=None)
    for promotion in waiting.select_related("tier__rollout"):
        with _alone(promotion=promotion.pk):
            forecast_promotion(promotion, now=now)
            count += 1
    return count


@contextmanager
def _alone(**whose: int) -> Iterator[None]:
    """Log what breaks inside, and go on with the next; a database that is away ends the round."""
    try:
        yield
    except DatabaseError:
        raise
    except Exception:
        log.exception("forecast_broke", **whose)


def forecast_tier(tier: Tier, from_mode: Mode, to_mode: Mode, *, now: datetime) -> None:
    """Forecast moving all targets of a tier that are in one mode to another."""
    order = forecast_order(tier, from_mode, to_mode)
    document, head, problem = _ask(tier.rollout, order)
    with transaction.atomic():
        Forecast.objects.update_or_create(
            tier=tier,
            to_mode=to_mode,
            selection="",
            defaults={"made_at": now, "head": head, "document": document, "problem": problem},
        )


def forecast_chosen(*, now: datetime) -> int:
    """Forecast the choices of targets that people asked about lately; return how many."""
    since = now - ASKED_LATELY
    rows = Forecast.objects.filter(asked_at__gte=since).exclude(selection="")
    count = 0
    for row in rows.select_related("tier__rollout").order_by("asked_at"):
        with _alone(choice=row.pk):
            _forecast_choice(row, now)
            count += 1
    return count


def _forecast_choice(row: Forecast, now: datetime) -> None:
    from_mode = next(mode for mode in Mode if step_up(mode) == row.to_mode)
    order = forecast_order(row.tier, from_mode, Mode(row.to_mode), row.named)
    document, head, problem = _ask(row.tier.rollout, order) if order.places else ({}, "", GONE)
    made = {"made_at": now, "head": head, "document": document, "problem": problem}
    Forecast.objects.filter(pk=row.pk).update(**made)


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
