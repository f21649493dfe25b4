"""A cluster of the served fleet under watch: looks by the workers' own code, on one clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from demo.fleet_file import sides_of
from demo.gallery import EVERY_CLUSTER, INTERVAL_SECONDS
from diffs.looking.sandwich import take_look
from diffs.models import SourceState
from diffs.operations.record_look import record_look
from diffs.outcomes import Outcome
from tests.demo.fleet.served import ServedFleet
from tests.diffs.watched import Watched, memory_for
from tests.factories import SourceFactory

CLUSTERS = {cluster.alias: cluster for cluster in EVERY_CLUSTER}


@dataclass
class FleetWatch:
    """One cluster as a source; its clock and the fleet's move together."""

    served: ServedFleet
    alias: str
    watched: Watched

    @classmethod
    def over(cls, served: ServedFleet, alias: str, **columns: Any) -> FleetWatch:
        """Make a source that reads both sides of a cluster, with nothing looked at yet."""
        addresses = served.addresses[alias]
        legacy, shadow = sides_of(CLUSTERS[alias], addresses)
        given = {
            "legacy": legacy,
            "shadow": shadow,
            "shadow_metrics": addresses["metrics"],
            "interval_seconds": INTERVAL_SECONDS,
        }
        source = SourceFactory.create(**{**given, **columns})
        return cls(served, alias, Watched(source, None))  # type: ignore[arg-type]

    def look(self, *, after: float = INTERVAL_SECONDS) -> Outcome | None:
        """Let time pass for the fleet and the watch, then take one look."""
        self.served.now += after
        begun = self.watched.begin(after=after)
        seen = take_look(begun.order, memory=memory_for(begun))
        return record_look(begun, seen, now=self.watched.now)

    def looks(self, count: int, *, after: float = INTERVAL_SECONDS) -> list[Outcome | None]:
        """Take so many looks; return what each came to."""
        return [self.look(after=after) for _ in range(count)]

    @property
    def state(self) -> SourceState:
        """Where the source stands."""
        return self.watched.state
