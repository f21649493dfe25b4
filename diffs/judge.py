"""Judge a pair of tables that differ: is it settling, lagging, unstable, or a difference?

Flow: address -> fetch -> parse -> canonical -> compare -> *judge* -> store.
Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. Both sides follow the same changing world, each on its own phase, so one unequal look proves
nothing. A difference is believed when the same route shows the same two canonical texts in two
looks at least `confirm_seconds` apart (within a day): the world has moved on and it is still there.
Until then it is unconfirmed, and the second look comes at once. Where one side says what the other
said one look ago, it is late, not wrong: lag, good only if it catches up within `lag_max_seconds`.
A lag excuses only what was first seen since it began: a side that goes wrong and back, again and
again, looks late each time, and the same texts seen in an earlier episode show that it is not. A
route that shows ever new texts never confirms; three such within twenty looks
make it unstable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from diffs.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a difference is given the benefit of the doubt. Times in seconds."""

    confirm_seconds: float = 6.0
    window_seconds: float = 24 * 3600.0
    lag_max_seconds: float = 10.0
    unstable_sightings: int = 3
    unstable_looks: int = 20


@dataclass(frozen=True, slots=True)
class Sighting:
    """A finding seen in earlier looks: `digest` names the route with its two texts."""

    key: str
    digest: str
    first_seen_at: datetime
    last_seen_at: datetime
    first_look: int
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier looks left: their findings, and the look at which an unfinished lag began."""

    sightings: tuple[Sighting, ...] = ()
    lag_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the differing pair comes to.

    `confirmed` holds the digests of the findings that are believed now; `lag_since` is kept until
    an equal look, or the lag's end as a difference.
    """

    outcome: Outcome
    confirmed: frozenset[str]
    lag_since: datetime | None = None
    unstable_keys: tuple[str, ...] = ()


def judge(
    findings: Mapping[str, str],
    *,
    past: Past,
    is_late: bool,
    now: datetime,
    look: int,
    patience: Patience,
) -> Judgement:
    """Say what a pair comes to that stayed unequal while it was read.

    Shapes
        findings    {finding digest: route id}, n >= 1
        past        findings of this source in earlier looks, confirmed and not, present and gone
        is_late     every finding is a route on which one side says what the other said one look ago
        look        this look's number; sightings' `first_look` are on the same count
    """
    seen = {sighting.digest: sighting for sighting in past.sightings}
    believed = frozenset(
        digest for digest in findings if _is_believed(seen.get(digest), now, patience)
    )

    if is_late or past.lag_since is not None:
        since = past.lag_since or now
        if now - since < timedelta(seconds=patience.lag_max_seconds):
            old = frozenset(
                d for d in believed if seen[d].is_confirmed or seen[d].first_seen_at < since
            )
            return Judgement(Outcome.DIFFERENT if old else Outcome.LAG, old, since)
        return Judgement(Outcome.DIFFERENT, frozenset(findings), None)

    if believed:
        return Judgement(Outcome.DIFFERENT, believed)
    if unstable := _unstable_keys(findings, seen, look, patience):
        return Judgement(Outcome.UNSTABLE, frozenset(), None, unstable)
    return Judgement(Outcome.UNCONFIRMED, frozenset())


def _is_believed(before: Sighting | None, now: datetime, patience: Patience) -> bool:
    """Say whether the same texts were seen in a look long enough ago, and not too long."""
    if before is None:
        return False
    if before.is_confirmed:
        return True
    earliest = now - timedelta(seconds=patience.window_seconds)
    latest = now - timedelta(seconds=patience.confirm_seconds)
    return any(earliest <= at <= latest for at in (before.first_seen_at, before.last_seen_at))


def _unstable_keys(
    findings: Mapping[str, str], seen: Mapping[str, Sighting], look: int, patience: Patience
) -> tuple[str, ...]:
    """Return the route ids with too many different unconfirmed findings in the last looks."""
    recent: dict[str, set[str]] = {}
    for digest, key in findings.items():
        recent.setdefault(key, set()).add(digest)
    for sighting in seen.values():
        is_recent = look - sighting.first_look < patience.unstable_looks
        if is_recent and not sighting.is_confirmed and sighting.key in recent:
            recent[sighting.key].add(sighting.digest)
    limit = patience.unstable_sightings
    return tuple(sorted(key for key, digests in recent.items() if len(digests) >= limit))
