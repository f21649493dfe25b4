"""Let a dead collector be told by whoever serves pages: beat may be dead as well."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import DatabaseError

from rollouts.operations.tell_collector import tell_collector

log = structlog.get_logger(__name__)


def report_silence(*, now: datetime) -> None:
    """Tell that nobody looks, if it was not told before; no answer fails for it."""
    try:
        tell_collector(now=now)
    except DatabaseError as error:
        log.warning("silence_not_told", error=type(error).__name__)
