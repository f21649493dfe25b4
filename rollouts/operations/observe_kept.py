"""Read the modes that a repository keeps, of targets that have no address of their own to ask."""

from __future__ import annotations

import structlog
from django.db import DatabaseError, close_old_connections

from ledger.clock import database_now
from rollouts.models import Rollout
from rollouts.operations.observe_modes import record_observation
from rollouts.operations.read_back import kept_modes
from rollouts.queries.target_rows import living_targets

log = structlog.get_logger(__name__)


def observe_kept() -> int:
    """Read and record, rollout by rollout; return how many targets were told of.

    A first reading is adopted; one that contradicts what we hold stops the clean time. An error
    that nobody foresaw leaves out one rollout, and no other.
    """
    count = 0
    for rollout in Rollout.objects.filter(removed_at=None).order_by("pk"):
        try:
            count += _observe(rollout)
        except DatabaseError:
            raise
        except Exception:
            log.exception("observing_broke", rollout=rollout.key)
    return count


def _observe(rollout: Rollout) -> int:
    targets = list(living_targets().filter(rollout=rollout, read_back__isnull=True).order_by("key"))
    if not targets:
        return 0
    kept, problem = kept_modes(rollout, targets)
    close_old_connections()
    count = 0
    for target in targets:
        told = kept.get(target.key)
        if told is None and not problem:
            continue  # its applier keeps nothing anywhere
        record_observation(
            target.pk,
            mode=told.mode if told else "",
            problem=told.problem if told else problem,
            now=database_now(),
            where=told.where if told else "",
        )
        count += 1
    return count
