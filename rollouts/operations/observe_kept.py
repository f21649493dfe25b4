"""Read the modes that a repository keeps, of targets that have no address of their own to ask."""

from __future__ import annotations

from django.db import close_old_connections

from ledger.clock import database_now
from rollouts.models import Rollout
from rollouts.operations.observe_modes import record_observation
from rollouts.operations.read_back import kept_modes
from rollouts.queries.target_rows import living_targets


def observe_kept() -> int:
    """Read and record, rollout by rollout; return how many targets were told of.

    A first reading is adopted; one that contradicts what we hold stops the clean time.
    """
    count = 0
    for rollout in Rollout.objects.filter(removed_at=None).order_by("pk"):
        targets = list(
            living_targets().filter(rollout=rollout, read_back__isnull=True).order_by("key")
        )
        if not targets:
            continue
        kept, problem = kept_modes(rollout, targets)
        close_old_connections()
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
