"""The one shape in which every format states its evidence.

Flow: address -> fetch -> parse -> canonical -> compare -> *report* -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the two sides disagree on for one key."""

    ONLY_IN_LEGACY = "only_in_legacy"
    ONLY_IN_SHADOW = "only_in_shadow"
    PREDICATE = "predicate"
    FILTER = "filter"
    BACKEND = "backend"
    ENDPOINTS = "endpoints"
    FIELD = "field"
    REFUSED = "refused"
    DUPLICATE_ID = "duplicate_id"


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement, with the canonical texts of legacy and shadow, "" where absent."""

    key: str
    kind: Kind
    left: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of compared keys, and the keys that disagree in the order of their names.

    A table counts route ids; a match-rate format counts calls. Gates need not know which.

    Units
        total, matched, expected, left_out  count of keys; expected are findings that a person
                                            accepted, left_out never compared (legacy failed)

    Errors
        ValueError      a negative count, or more matched and expected than there are
    """

    total: int
    matched: int
    findings: tuple[Finding, ...] = ()
    expected: int = 0
    left_out: int = 0

    def __post_init__(self) -> None:
        if min(self.total, self.matched, self.expected, self.left_out) < 0:
            raise ValueError(f"a count is negative: {self.total}, {self.matched}, {self.expected}")
        if self.matched + self.expected > self.total:
            raise ValueError(f"{self.matched} matched and {self.expected} expected of {self.total}")

    @property
    def match_rate(self) -> float | None:
        """Share of agreeing keys, 0.0 to 1.0 (not per cent); None while nothing was compared."""
        return self.matched / self.total if self.total else None
