"""Ask the workers what moving some chosen targets would change; the answer is a row."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from rollouts.models import Forecast, Tier
from rollouts.queries.forecasts import choice_of

MOST_CHOICES = 20
"""Choices kept of one tier: the oldest make room."""


def ask_forecast(tier: Tier, to_mode: str, named: Collection[int], *, now: datetime) -> None:
    """Write down that somebody wants to see it; asked again, it is kept up to date for longer."""
    with transaction.atomic():
        Forecast.objects.update_or_create(
            tier=tier,
            to_mode=to_mode,
            selection=choice_of(named),
            defaults={"named": sorted(named), "asked_at": now},
        )
        chosen = Forecast.objects.filter(tier=tier).exclude(selection="")
        kept = chosen.order_by("-asked_at", "-pk").values_list("pk", flat=True)[:MOST_CHOICES]
        chosen.exclude(pk__in=list(kept)).delete()
