"""Whether this process can serve: for load balancers, without signing in."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from diffs.operations.claim_due import HEARTBEAT
from ledger.clock import database_now
from ledger.heartbeat import last_beat
from rollouts.queries.collector import is_alive
from rollouts.views.silence import report_silence


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 where the database answers, 503 where not, and how old the workers' pulse is."""
    try:
        now = database_now()
        beat_at = last_beat(HEARTBEAT)
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    if not is_alive(beat_at, now=now):
        report_silence(now=now)
    age = round((now - beat_at).total_seconds(), 1) if beat_at else None
    return JsonResponse({"database": "ok", "seconds_since_last_tick": age})
