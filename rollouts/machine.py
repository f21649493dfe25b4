"""The three modes of a target, and what follows from each for reading its evidence.

Pure: knows no cluster, user or clock.
"""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """Which side production follows, and whether the other runs at all."""

    OFF = "off"  # the old path alone
    SHADOW = "shadow"  # the new one runs beside it, unread: it is only compared
    EXEC = "exec"  # the new one is in charge
    UNKNOWN = "unknown"  # nobody could read it yet; no promotion may name such a target


READS = {Mode.OFF: "legacy", Mode.SHADOW: "both", Mode.EXEC: "both", Mode.UNKNOWN: "both"}
"""Which sides are read in a mode: off reads legacy only, so that `reachable` can be judged."""
