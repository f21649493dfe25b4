"""What a gate says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """Unknown is closed: only pass opens."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One gate's word on one step.

    Shapes
        measured, required  what is there and what is asked for, as a person reads it
        sentence            why, whole; names who stands in the way
        next_at             when the facts may be others: the next look; None where no look decides
        standing_in_way     the keys of the targets that keep the gate closed
        share               how far a gate is that time alone opens, 0.0 to 1.0; None elsewhere
    """

    gate: str
    verdict: Verdict
    sentence: str
    measured: str = ""
    required: str = ""
    next_at: datetime | None = None
    standing_in_way: tuple[str, ...] = ()
    share: float | None = None

    @property
    def is_open(self) -> bool:
        """Say whether the gate lets through."""
        return self.verdict == Verdict.PASS
