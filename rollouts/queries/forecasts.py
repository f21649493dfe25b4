"""What a step would change, as a worker told last: kept with a promotion from its first moment."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from rollouts.machine import Mode
from rollouts.models import Forecast, Tier


def choice_of(named: Collection[int] | None) -> str:
    """Return the name of a choice of targets; "" for all that can move."""
    if named is None:
        return ""
    return hashlib.sha256(" ".join(map(str, sorted(set(named)))).encode()).hexdigest()


def known_forecast(
    tier: Tier, to_mode: Mode, named: Collection[int] | None = None
) -> dict[str, object]:
    """Return the forecast of moving a tier, or a choice of it, as a promotion keeps it.

    {} where there is none. Its message is left out: it names no promotion yet.
    """
    rows = Forecast.objects.filter(tier=tier, to_mode=to_mode, selection=choice_of(named))
    row = rows.exclude(made_at=None).first()
    if row is None or row.made_at is None:
        return {}
    told = {"head": row.head, "problem": row.problem, "made_at": row.made_at.isoformat()}
    return {**row.document, **told, "message": ""}
