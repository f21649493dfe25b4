"""Pods behind one side: which of them disagrees with its siblings for longer than a lag may last.

Flow: ... -> judge -> *pods* -> store.
Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. Pods are read in turn, one a look, so a pod that is stuck shows as a difference at each of
its own turns and as agreement at all others. What tells it from a change that is under way: it says
the same at two of its turns while a sibling says something else for longer than `lag_max`, and at
both turns the pair is unequal. A pod that is read once only is never named. Where no pod says what
the other side does, the smaller camp is named; of two equal ones, the one whose table is older.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pod:
    """One pod as it was seen last.

    `since` is when it was first seen with the table of `digest`; `apart_since` the first of its
    turns at which it stood against a sibling, None while it does not; `is_apart` says that a later
    turn found it there still.
    """

    name: str
    digest: str
    since: datetime
    seen_at: datetime
    apart_since: datetime | None = None
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class Stray:
    """A pod that stands against its siblings. `is_older` says that it stood still while they moved.

    `siblings` counts the others that were seen lately.
    """

    name: str
    is_older: bool
    since: datetime
    siblings: int


def seen_again(  # noqa: PLR0913  (one look at one pod)
    before: Pod | None,
    siblings: Iterable[Pod],
    *,
    name: str,
    digest: str,
    is_equal: bool,
    at: datetime,
    lag_max: timedelta,
) -> Pod:
    """Return a pod after its turn.

    Shapes
        siblings    the other pods of its side that were seen lately
        is_equal    whether the other side said the same at this turn
    """
    is_same = before is not None and before.digest == digest
    since = before.since if before is not None and is_same else at
    stands = not is_equal and any(_stand_apart(digest, since, one, at, lag_max) for one in siblings)
    if before is None or not stands:
        return Pod(name, digest, since, at, at if stands else None)
    apart_since = before.apart_since or at
    return Pod(name, digest, since, at, apart_since, is_apart=at - apart_since > lag_max)


def strays(pods: Collection[Pod], *, lag_max: timedelta) -> tuple[Stray, ...]:
    """Return the pods that stand against the rest, the oldest table first.

    Shapes
        pods    those of one side that were seen lately
    """
    if not any(pod.is_apart for pod in pods):
        return ()
    counts = Counter(pod.digest for pod in pods)
    newest = {digest: max(p.since for p in pods if p.digest == digest) for digest in counts}
    agreed = {pod.digest for pod in pods if not pod.is_apart}
    main = max(counts, key=lambda digest: (digest in agreed, counts[digest], newest[digest]))
    main_since = min(pod.since for pod in pods if pod.digest == main)
    named = [pod for pod in pods if pod.is_apart and pod.digest != main]
    return tuple(
        Stray(pod.name, pod.since + lag_max < main_since, pod.since, len(pods) - 1)
        for pod in sorted(named, key=lambda pod: (pod.since, pod.name))
    )


def _stand_apart(
    digest: str, since: datetime, sibling: Pod, at: datetime, lag_max: timedelta
) -> bool:
    """Say whether a pod and a sibling say different things that neither began to say just now."""
    if sibling.digest == digest:
        return False
    have_stood = since + lag_max < at and sibling.since + lag_max < at
    return have_stood and sibling.seen_at > since
