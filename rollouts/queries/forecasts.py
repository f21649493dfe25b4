"""What a step would change, as a worker told last: kept with a promotion from its first moment."""

from __future__ import annotations

from rollouts.machine import Mode
from rollouts.models import Forecast, Tier


def known_forecast(tier: Tier, to_mode: Mode) -> dict[str, object]:
    """Return the forecast of moving a whole tier as a promotion keeps it; {} where there is none.

    Its message is left out: it names no promotion yet.
    """
    row = Forecast.objects.filter(tier=tier, to_mode=to_mode).first()
    if row is None:
        return {}
    told = {"head": row.head, "problem": row.problem, "made_at": row.made_at.isoformat()}
    return {**row.document, **told, "message": ""}
