"""Take over the mode that a target is found in, where none was known."""

from __future__ import annotations

from datetime import datetime

from diffs.models.source import Reads
from diffs.operations.restart_proof import restart_proof
from ledger import audit
from rollouts.machine import READS, Mode
from rollouts.models import Target


def adopt_mode(target: Target, mode: Mode, *, source: str, now: datetime) -> None:
    """Write the found mode and start the proof that belongs to it. Inside a transaction.

    Shapes
        source  where the mode was found: "the fleet file", or the read-back address
    """
    target.mode, target.mode_since = mode, now
    target.save(update_fields=["mode", "mode_since"])
    restart_proof(
        target.source_id,
        reads=Reads(READS[mode]),
        is_soaking=mode == Mode.SHADOW,
        reason=f"mode {mode} found in {source}",
        now=now,
    )
    audit.record(
        "mode_adopted",
        subject=f"target {target.rollout.key}/{target.key}",
        actor="penumbra",
        at=now,
        before=str(Mode.UNKNOWN),
        after=str(mode),
        reason=f"found in {source}",
    )
