"""What this process already knows of findings, within a bound.

Pure: nothing here imports Django, reads a clock or opens a socket.

A table's differences are mostly those of the look before, so an outcome is kept under the digest
of what it depends on. Two generations: what was asked for of late survives, the rest is dropped.
Threads may share one: at worst an outcome is worked out twice.
"""

from __future__ import annotations

from typing import Generic, TypeVar

MOST_REMEMBERED = 120_000

V = TypeVar("V")


class Memory(Generic[V]):
    """Digest -> outcome.

    Units
        most    count of outcomes that are kept at any time
    """

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._half = max(1, most // 2)
        self._young: dict[bytes, V] = {}
        self._old: dict[bytes, V] = {}

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def get(self, digest: bytes) -> V | None:
        """Return what was kept, None where it was not or is forgotten."""
        found = self._young.get(digest)
        if found is None:
            found = self._old.get(digest)
            if found is not None:
                self.keep(digest, found)
        return found

    def keep(self, digest: bytes, outcome: V) -> None:
        """Keep an outcome; the oldest half goes when there is no room."""
        if len(self._young) >= self._half:
            self._old, self._young = self._young, {}
        self._young[digest] = outcome

    def clear(self) -> None:
        """Forget everything, as in a process that has just begun."""
        self._young, self._old = {}, {}
