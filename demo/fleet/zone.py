"""A zone acted out: what the old and the new resolver of a cluster say about the same names.

Theory. What a zone holds follows from its story, the seed and the time alone: one record after the
other gets new addresses, at a steady pace, and both resolvers know at once.
"""

from __future__ import annotations

import json
from typing import Any

from demo.fleet.dice import dice
from demo.zones import Zone, ZonePart

MODES = ("old", "both", "new")
"""Which resolver answers: the old one alone, the old one beside the new one, the new one."""
CHANGE_SECONDS = 11.0
TTL, SHORT_TTL = 300, 30
SERVICES = ("api", "cache", "events", "gateway", "index", "login", "mail", "queue")

Record = dict[str, Any]


class RunningZone:
    """The zone of a cluster with both of its resolvers.

    Units
        start  unix seconds at which the story begins
    """

    def __init__(self, story: Zone, *, seed: int, start: float) -> None:
        self.story = story
        self.mode = "both"
        self._seed = seed
        self._start = start
        self._odd = dice(seed, story.alias, "odd").randrange(story.records)

    def set_mode(self, mode: str) -> None:
        """Let another resolver answer.

        Errors
            ValueError  the mode is none of MODES
        """
        if mode not in MODES:
            raise ValueError(f"mode {mode!r} is none of {', '.join(MODES)}")
        self.mode = mode

    def legacy_lines(self, now: float) -> bytes:
        """Return what the cluster's clients are told; the new resolver's words in mode "new"."""
        if self.mode == "new":
            return self.shadow_lines(now)
        return _lines(self._records(now))

    def shadow_lines(self, now: float) -> bytes:
        """Return what the new resolver says: in an order of its own, with the time it was asked."""
        records = [
            {"seen_at": int(now), **dict(reversed(self._written(number, record).items()))}
            for number, record in enumerate(self._records(now))
        ]
        return _lines(sorted(records, key=lambda record: record["targets"]))

    def _records(self, now: float) -> list[Record]:
        version = int(max(now - self._start, 0.0) / CHANGE_SECONDS)
        count = self.story.records
        return [self._record(n, (version + count - 1 - n) // count) for n in range(count)]

    def _record(self, number: int, generation: int) -> Record:
        """Return a record as it is after so many changes of its addresses."""
        chance = dice(self._seed, self.story.alias, "record", str(number), str(generation))
        service = SERVICES[number % len(SERVICES)]
        return {
            "name": f"{service}-{number}.{self.story.alias}.example.org",
            "type": "A",
            "ttl": TTL,
            "weight": round(1 / (3 + number % 5), 4),
            "targets": [_address(chance.randrange(2**16)) for _ in range(1 + number % 3)],
        }

    def _written(self, number: int, record: Record) -> Record:
        """Return a record as the new resolver writes it."""
        record["targets"] = record["targets"][::-1]
        if self.story.part is ZonePart.ROUNDED:
            record["weight"] = round(record["weight"], 2)
        if self.story.part is ZonePart.DIFFERENCE and number == self._odd:
            record["ttl"] = SHORT_TTL
        return record


def _address(number: int) -> str:
    return f"10.9.{number // 256}.{number % 256}"


def _lines(records: list[Record]) -> bytes:
    return "".join(f"{json.dumps(record)}\n" for record in records).encode()
