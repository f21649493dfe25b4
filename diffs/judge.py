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
route that shows ever new texts never confirms; three such within twenty looks make it unstable.

A look reads at some moment between its beginning and its record. What is held against a side was
therefore recorded so long before this look began. And a lag lasts only over looks that follow each
other closely: where nobody may have looked for longer than a lag may last, the side may have caught
up and be late again. Then the lag is over, nobody knows how, and the look is judged as if none had
been: the same texts, seen before, are a difference; new ones, late again, are a new lag.
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
class Moment:
    """The look that is judged: its number, when it began, and when it is recorded (`now`)."""

    look: int
    began_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier looks left: their findings, and when an unfinished lag was recorded first.

    `last_began_at` is when the look before this one began.
    """

    sightings: tuple[Sighting, ...] = ()
    lag_since: datetime | None = None
    last_began_at: datetime | None = None


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
    findings: Mapping[str, str], *, past: Past, is_late: bool, at: Moment, patience: Patience
) -> Judgement:
    """Say what a pair comes to that stayed unequal while it was read.

    Shapes
        findings    {finding digest: route id}, n >= 1
        past        findings of this source in earlier looks, confirmed and not, present and gone
        is_late     every finding is a route on which one side says what the other said one look ago
        at          sightings' `first_look` are on the same count as its number
    """
    seen = {sighting.digest: sighting for sighting in past.sightings}
    believed = frozenset(
        digest for digest in findings if _is_believed(seen.get(digest), at.began_at, patience)
    )
    was_lost = _was_lost(past, at, patience)
    lag_since = None if was_lost else past.lag_since
    since = lag_since or at.now
    if lag_since and at.began_at - since >= timedelta(seconds=patience.lag_max_seconds):
        return Judgement(Outcome.DIFFERENT, frozenset(findings), None)

    is_lagging = is_late or lag_since is not None
    if is_lagging:
        believed = frozenset(
            d for d in believed if seen[d].is_confirmed or seen[d].first_seen_at < since
        )
    if believed:
        return Judgement(Outcome.DIFFERENT, believed, since if is_lagging else None)
    unstable = _unstable_keys(findings, seen, at.look, patience)
    if unstable and (was_lost or not is_lagging):
        return Judgement(Outcome.UNSTABLE, frozenset(), None, unstable)
    if is_lagging:
        return Judgement(Outcome.LAG, frozenset(), since)
    return Judgement(Outcome.UNCONFIRMED, frozenset())


def _was_lost(past: Past, at: Moment, patience: Patience) -> bool:
    """Say whether a lag was lost from sight: for longer than one may last, perhaps nobody read."""
    if past.lag_since is None or past.last_began_at is None:
        return False
    return at.now - past.last_began_at > timedelta(seconds=patience.lag_max_seconds)


def _is_believed(before: Sighting | None, began_at: datetime, patience: Patience) -> bool:
    """Say whether the same texts were seen in a look long enough ago, and not too long."""
    if before is None:
        return False
    if before.is_confirmed:
        return True
    earliest = began_at - timedelta(seconds=patience.window_seconds)
    latest = began_at - timedelta(seconds=patience.confirm_seconds)
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
