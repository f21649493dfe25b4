"""What a rule would have done, counted up over the findings of one source after the other.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from dataclasses import dataclass, field

from diffs.report import Kind

EXAMPLES = 10

_FAMILIES: dict[str, str] = {
    Kind.ONLY_IN_LEGACY: "missing",
    Kind.ONLY_IN_SHADOW: "missing",
    Kind.ENDPOINTS: Kind.BACKEND.value,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One stored finding at one source.

    Shapes
        difference, variant     None until it was seen twice
        is_present              it is there now, and believed
    """

    occurrence: int
    source: int
    finding: str
    key: str
    kind: str
    difference: int | None
    variant: int | None
    is_present: bool


@dataclass(slots=True)
class OfSource:
    """What is there now at one source, and what of it the rule hides."""

    present: int = 0
    hidden: int = 0
    families: set[str] = field(default_factory=set)

    @property
    def is_emptied(self) -> bool:
        """Say whether everything there goes, though it is of more than one sort."""
        return self.hidden == self.present and len(self.families) > 1


@dataclass(slots=True)
class Tally:
    """Counts over many sources; its size goes with the differences, not with the findings.

    Shapes
        seed        from which the random examples are drawn: the same one draws the same
        routes      {difference: routes hidden now}; None is what was seen once only
        past        the same of what is not there any more
        stays       {difference: routes that stay now}
        variants    those of which anything is hidden, now or then
    """

    seed: str
    routes: Counter[int | None] = field(default_factory=Counter)
    past: Counter[int | None] = field(default_factory=Counter)
    stays: Counter[int | None] = field(default_factory=Counter)
    variants: set[int] = field(default_factory=set)
    targets: dict[int | None, set[int]] = field(default_factory=dict)
    sources: dict[int, OfSource] = field(default_factory=dict)
    _drawn: list[tuple[int, int, Seen]] = field(default_factory=list)

    def add(self, seen: Seen, *, is_hidden: bool) -> None:
        """Count one finding."""
        if seen.is_present:
            self._count_present(seen, is_hidden=is_hidden)
        elif is_hidden:
            self.past[seen.difference] += 1
        if is_hidden:
            if seen.variant is not None:
                self.variants.add(seen.variant)
            self._draw(seen)

    def _count_present(self, seen: Seen, *, is_hidden: bool) -> None:
        source = self.sources.setdefault(seen.source, OfSource())
        source.present += 1
        source.hidden += is_hidden
        source.families.add(_FAMILIES.get(seen.kind, seen.kind))
        if is_hidden:
            self.routes[seen.difference] += 1
            self.targets.setdefault(seen.difference, set()).add(seen.source)
        else:
            self.stays[seen.difference] += 1

    def _draw(self, seen: Seen) -> None:
        """Keep the examples whose lots are the lowest."""
        lot = hashlib.sha256(f"{self.seed} {seen.occurrence}".encode()).digest()
        entry = (-int.from_bytes(lot[:8]), seen.occurrence, seen)
        if len(self._drawn) < EXAMPLES:
            heapq.heappush(self._drawn, entry)
        else:
            heapq.heappushpop(self._drawn, entry)

    @property
    def examples(self) -> tuple[Seen, ...]:
        """Return the examples, in the order in which they were drawn."""
        return tuple(seen for *_, seen in sorted(self._drawn, reverse=True))

    @property
    def emptied(self) -> tuple[int, ...]:
        """Return the sources at which everything goes, though it is of more than one sort."""
        return tuple(sorted(pk for pk, one in self.sources.items() if one.is_emptied))

    @property
    def touched(self) -> int:
        """Return at how many sources anything is hidden now."""
        return sum(one.hidden > 0 for one in self.sources.values())
