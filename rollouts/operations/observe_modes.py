"""Ask where each target's mode is kept, and write down what is said."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from diffs.fetch import without_secrets
from diffs.models import Source
from diffs.models.source import Reads
from diffs.operations.restart_proof import restart_proof
from diffs.reach import reach
from ledger.clock import database_now
from rollouts.machine import Mode
from rollouts.models import Target
from rollouts.operations.adopt_mode import adopt_mode
from rollouts.read_back import Unreadable, read_mode

OBSERVE_SECONDS = 30.0
FAILING_AT_ONCE = 1
"""Targets handed out at once that could not be read last time: an address that hangs holds up
nothing but itself."""


def claim_observations(*, now: datetime, limit: int = 20) -> list[int]:
    """Return the targets whose mode is due to be read, each handed out once per period."""
    with transaction.atomic():
        due = (
            Target.objects.select_for_update()
            .filter(removed_at=None, observe_next_at__lte=now)
            .order_by("observe_next_at")
            .values_list("pk", flat=True)
        )
        ids = [
            *due.filter(observe_problem="")[:limit],
            *due.exclude(observe_problem="")[:FAILING_AT_ONCE],
        ]
        later = now + timedelta(seconds=OBSERVE_SECONDS)
        Target.objects.filter(pk__in=ids).update(observe_next_at=later)
    return ids


def observe_mode(target_id: int) -> None:
    """Read one target's mode over the network, then record it; a first reading is adopted."""
    target = Target.objects.select_related("rollout").get(pk=target_id)
    if target.read_back is None:
        return
    mode, problem = "", ""
    try:
        mode = read_mode(target.read_back, target.rollout.modes, reach=reach())
    except Unreadable as error:
        problem = str(error)
    record_observation(target_id, mode=mode, problem=problem, now=database_now())


def record_observation(
    target_id: int, *, mode: str, problem: str, now: datetime, where: str = ""
) -> None:
    """Write down an observation; adopt it where the target's mode was unknown.

    Where it contradicts the target's mode, nobody knows which side is live: clean time stops and
    starts anew once both agree again.

    Shapes
        where   where the mode was found, in words; its read back where nothing is said
    """
    with transaction.atomic():
        target = Target.objects.select_for_update().get(pk=target_id)
        target.observe_problem = problem
        if mode:
            target.observed_mode, target.observed_at = mode, now
        target.save(update_fields=["observe_problem", "observed_mode", "observed_at"])
        if mode and target.mode == Mode.UNKNOWN and target.removed_at is None:
            address = str((target.read_back or {}).get("address") or "")
            source = where or without_secrets(address) or "its read back"
            adopt_mode(target, Mode(mode), source=source, now=now)
        elif mode:
            _hold_to_mode(target, mode, now)


def _hold_to_mode(target: Target, observed: str, now: datetime) -> None:
    """Let clean time run only while the mode that is read back is the target's own shadow."""
    is_soaking = target.mode == observed == Mode.SHADOW
    source = Source.objects.get(pk=target.source_id)
    if source.is_soaking == is_soaking:
        return
    agreement = "as it should be" if observed == target.mode else f"not {target.mode}"
    restart_proof(
        source.pk,
        reads=Reads(source.reads),
        is_soaking=is_soaking,
        reason=f"mode read back is {observed}, {agreement}",
        now=now,
    )
