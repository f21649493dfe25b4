"""A source under watch: looks taken by the workers' own code, at times that the test chooses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from diffs.looking.order import Seen
from diffs.looking.sandwich import take_look
from diffs.models import SideState, Source, SourceState
from diffs.operations.begin_look import Begun, begin_look
from diffs.operations.claim_due import claim_due
from diffs.operations.record_look import record_look
from diffs.outcomes import Outcome, Side
from diffs.queries.memory import StoredMemory
from diffs.queries.standings import SourceFacts, source_facts
from diffs.versions import comparer_of
from tests.factories import NOW, SourceFactory
from tests.servers.pair import Pair


@dataclass
class Watched:
    """One source, the servers it reads, and the time, which only the test moves."""

    source: Source
    pair: Pair
    now: datetime = NOW

    @classmethod
    def over(cls, pair: Pair, **columns: Any) -> Watched:
        """Make a source that reads a pair."""
        sides = {"legacy": pair.legacy.url, "shadow": pair.shadow.url}
        return cls(SourceFactory.create(**{**sides, **columns}), pair)

    def begin(self, *, after: float = 0.0) -> Begun:
        """Let time pass, then claim the source as if it were due, and begin a look."""
        self.now += timedelta(seconds=after)
        first = self.now - timedelta(days=1)
        SourceState.objects.filter(source=self.source).update(next_look_at=first)
        held = SourceState.objects.filter(claimed_until__gt=self.now).count()
        claims = dict(claim_due(now=self.now, places=held + 1))
        begun = begin_look(self.source.pk, claims[self.source.pk], now=self.now)
        assert begun is not None
        return begun

    def see(self, begun: Begun) -> Seen:
        """Read both sides."""
        return take_look(begun.order, memory=memory_for(begun))

    def look(self, *, after: float = 60.0) -> Outcome | None:
        """Let time pass, then take one look from claim to record."""
        begun = self.begin(after=after)
        return record_look(begun, self.see(begun), now=self.now)

    @property
    def state(self) -> SourceState:
        """Where the source stands, fresh from the database."""
        return SourceState.objects.get(source=self.source)

    @property
    def facts(self) -> SourceFacts:
        """What pages are told of the source."""
        return source_facts([self.source.pk])[self.source.pk]

    def side(self, side: Side) -> SideState:
        """What one side said last, fresh from the database."""
        return SideState.objects.get(source=self.source, side=side)


def memory_for(begun: Begun) -> StoredMemory:
    """Return the memory that a worker's look has."""
    return StoredMemory(reader=begun.order.format.label, comparer=comparer_of(begun.order.format))
