"""See a deployment at work: its state rows and its processes, once a second."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from demo.load.growth import Held
from demo.load.processes import Process
from demo.load.spacing import Row, Spacing

WARM_LOOKS = 2
WARM_SECONDS = 600.0


@dataclass(slots=True)
class Seen:
    """What was seen from the end of the first rounds on.

    Shapes
        spacings    {source id: distances between its looks}
        outcomes    looks by their outcome
        in_flight   looks handed out, at each second
        cpu         {process: seconds of one core a second}

    Units: `warm_seconds` until every source was looked at twice.
    """

    warm_seconds: float
    started_at: datetime
    spacings: dict[int, Spacing] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    in_flight: list[float] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)
    ended_at: datetime | None = None
    seconds: float = 0.0


def warm_up(sources: Collection[int]) -> float:
    """Wait until each of these sources was looked at twice; return the seconds it took."""
    from diffs.models import SourceState  # noqa: PLC0415  (needs settings)

    began = time.monotonic()
    cold = SourceState.objects.filter(source_id__in=sources, looks__lt=WARM_LOOKS)
    while cold.exists() and time.monotonic() - began < WARM_SECONDS:
        time.sleep(1.0)
    return time.monotonic() - began


def watch(sources: Collection[int], processes: list[Process], seen: Seen, seconds: float) -> None:
    """Sample until the time is over."""
    from ledger.clock import database_now  # noqa: PLC0415  (needs settings)

    counted, began = _outcomes(sources), time.monotonic()
    spent = {process.name: process.cpu_seconds() for process in processes}
    while time.monotonic() - began < seconds:
        _sample(sources, seen)
        for process in processes:
            process.sample()
        time.sleep(1.0)
    seen.seconds, seen.ended_at = time.monotonic() - began, database_now()
    seen.outcomes = _outcomes(sources) - counted
    seen.cpu = {
        process.name: (process.cpu_seconds() - spent[process.name]) / seen.seconds
        for process in processes
    }


def _sample(sources: Collection[int], seen: Seen) -> None:
    """Take one sample of every state row."""
    from diffs.models import SourceState  # noqa: PLC0415  (needs settings)
    from ledger.clock import database_now  # noqa: PLC0415

    columns = ("source_id", "looks", "last_look_at", "next_look_at", "look_seconds")
    states = SourceState.objects.filter(source_id__in=sources)
    for row in states.values_list(*columns):
        one = Row(
            row[0], looks=row[1], last_look_at=row[2], next_look_at=row[3], look_seconds=row[4]
        )
        seen.spacings.setdefault(one.source, Spacing(seen.started_at)).take(one)
    taken = SourceState.objects.filter(claimed_until__gt=database_now())
    seen.in_flight.append(float(taken.count()))


def _outcomes(sources: Collection[int]) -> Counter[str]:
    """Return all looks so far by their outcome."""
    from diffs.models import SourceState  # noqa: PLC0415  (needs settings)

    counts: Counter[str] = Counter()
    states = SourceState.objects.filter(source_id__in=sources)
    for outcomes in states.values_list("outcomes", flat=True):
        counts.update(outcomes)
    return counts


def moment() -> dict[str, Held]:
    """Return what the database holds now of each kind that grows, and as a whole."""
    from diffs.queries.storage import storage  # noqa: PLC0415  (needs settings)
    from diffs.queries.stored_kinds import KINDS  # noqa: PLC0415
    from ledger.clock import database_now  # noqa: PLC0415

    found = storage(now=database_now())
    held = {kind.name: Held(kind.rows, kind.bytes or 0) for kind in found.kinds}
    kinds = {kind.name: held[kind.name] for kind in KINDS}
    return {**kinds, "the database": Held(0, found.bytes)}
