"""What gates judge on: plain values, gathered once for page, button and worker.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """One target that is to be moved.

    Shapes
        state           the target's word: clean, differs, stale, unreachable …
        outcome         what its last look came to, "" before the first
        is_fresh        whether that was proven within three of its intervals
        why_not_fresh   a sentence where it was not
        pause, restart  why its clock stands still, and why it began anew; "" where neither is so
        noun            what its format calls one of what it compares

    Units: `clean_seconds` seconds of proven time; counts of looks, changes and differences.
    """

    key: str
    name: str
    state: str
    outcome: str
    sentence: str
    is_fresh: bool
    why_not_fresh: str
    is_soaking: bool
    clean_seconds: float
    clean_looks: int
    clean_changes: int
    differences: int
    next_look_at: datetime | None
    noun: str = "route"
    pause: str = ""
    restart: str = ""


@dataclass(frozen=True, slots=True)
class UnseenMove:
    """The last promotion of a tier, where nobody has seen that these targets followed it."""

    name: str
    state: str
    is_open: bool  # it may be seen yet
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EarlierTier:
    """A tier before this one.

    Units
        targets, in_mode    how many it counts, and how many of them hold the mode asked for
        held_seconds        since the last of them came into the mode; None where nobody can tell
        bake_seconds        how long its policy wants it held

    Shapes
        failing, unseen     names of targets that are not well, and of those nobody can tell of
        move                what brought it there without being seen to; None where it was seen
        set_aside           keys of its targets that people have set aside: they count for nothing
    """

    name: str
    targets: int
    in_mode: int
    held_seconds: float | None
    bake_seconds: int
    failing: tuple[str, ...]
    unseen: tuple[str, ...]
    move: UnseenMove | None = None
    set_aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """What the policy asks for. Units: seconds, looks, changes applied alike."""

    soak_seconds: int
    looks: int
    changes: int


@dataclass(frozen=True, slots=True)
class OpenPromotion:
    """A promotion that is under way on some of these targets."""

    name: str
    words: str  # what it moves, where it stands: "infra from off to shadow and is approved"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the gates of one step may know."""

    from_mode: str
    to_mode: str
    members: tuple[MemberFacts, ...]
    demand: Demand
    earlier: tuple[EarlierTier, ...]
    open_promotions: tuple[OpenPromotion, ...]
    untrusted: str  # why the comparison itself cannot be trusted now; "" while it can
    is_watched: bool  # whether any worker hands out looks; else all that was seen is old
