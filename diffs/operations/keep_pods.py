"""Keep which pods of a side were seen when, and tell those that stand against their siblings.

Part of the look's transaction. A side behind which one pod stands leaves no row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings

from diffs.fetch import Location, Payload
from diffs.looking.order import Order, Seen, SideOrder, SideSeen
from diffs.models import PodSighting, Source
from diffs.operations.judge_look import Verdict
from diffs.outcomes import COMPARED, GOOD, Outcome, Side
from diffs.pods import Pod, Stray, seen_again, strays

LATELY = timedelta(minutes=10)
TURNS = 3
"""For how many turns of all pods what one of them said still counts."""

Told = tuple[tuple[Side, Stray], ...]


def keep_pods(source: Source, order: Order, seen: Seen, verdict: Verdict, *, now: datetime) -> Told:
    """Note which pods answered and return those of both sides that stand apart, legacy first."""
    sides = ((order.legacy, seen.legacy), (order.shadow, seen.shadow))
    known = [(side, part) for side, part in sides if side is not None and part is not None]
    is_pair = len(known) == len(sides) and all(part.facts is not None for _, part in known)
    told: list[tuple[Side, Stray]] = []
    for side, part in known:
        if is_many(side, part.payload):
            is_equal = verdict.outcome in GOOD
            pods = _noted(source, side, part, is_equal=is_equal, is_pair=is_pair, now=now)
            told += [(side.side, stray) for stray in strays(pods, lag_max=_lag_max())]
    return tuple(told)


def is_told_of_pods(verdict: Verdict, told: Told) -> bool:
    """Say whether strays turn this look into a difference that its own pair does not show."""
    return bool(told) and verdict.outcome in COMPARED and verdict.judgement is None


def with_strays(verdict: Verdict, told: Told) -> Verdict:
    """Return the verdict of a comparison with the pods that stand apart: a difference of its own.

    Which pod answered is luck, so what one of them says holds for the looks at the others as well.
    """
    if not told or verdict.outcome not in COMPARED:
        return verdict
    by_side = {side: [one for of, one in told if of is side] for side in Side}
    said = " ".join(_sentence(side, found) for side, found in by_side.items() if found)
    own = f" This look: {verdict.sentence}" if verdict.sentence else ""
    return replace(
        verdict,
        outcome=Outcome.UNSTABLE if verdict.outcome is Outcome.UNSTABLE else Outcome.DIFFERENT,
        side=told[0][0],
        sentence=said + own,
        is_lag_over=False,
    )


def is_many(side: SideOrder, payload: Payload | None) -> bool:
    """Say whether more than one pod stands behind a side, none of them hidden by a proxy."""
    if side.endpoint.proxy or payload is None or not payload.ip:
        return False
    return max(side.pods, pods_behind(side, payload)) > 1


def pods_behind(side: SideOrder, payload: Payload) -> int:
    """Return how many pods stand behind the address that answered, as far as its name tells."""
    if side.endpoint.proxy:
        return 1
    return max(1, len(_siblings_of(payload)))


def _noted(
    source: Source, side: SideOrder, part: SideSeen, *, is_equal: bool, is_pair: bool, now: datetime
) -> list[Pod]:
    """Write the pod that answered; return all of its side that were seen lately."""
    payload = part.payload
    rows = PodSighting.objects.filter(source=source, side=side.side)
    if payload is None:
        return []
    listed = [_name(side, ip) for ip in _siblings_of(payload)]
    if listed:
        rows.filter(address=side.endpoint.url).exclude(pod__in=listed).delete()
    window = max(LATELY, TURNS * side.pods * timedelta(seconds=source.interval_seconds))
    pods = {row.pod: _pod(row) for row in rows.filter(seen_at__gt=now - window)}
    if is_pair and part.facts is not None:
        name = _name(side, payload.ip)
        before = pods.pop(name, None)
        after = seen_again(
            before,
            pods.values(),
            name=name,
            digest=part.facts.digest,
            is_equal=is_equal,
            at=now,
            lag_max=_lag_max(),
        )
        pods[name] = after
        _write(source, side, after)
    return list(pods.values())


def _write(source: Source, side: SideOrder, pod: Pod) -> None:
    PodSighting.objects.update_or_create(
        source=source,
        side=side.side,
        pod=pod.name,
        defaults={
            "address": side.endpoint.url,
            "digest": pod.digest,
            "since": pod.since,
            "seen_at": pod.seen_at,
            "apart_since": pod.apart_since,
            "is_apart": pod.is_apart,
        },
    )


def _pod(row: PodSighting) -> Pod:
    return Pod(row.pod, row.digest, row.since, row.seen_at, row.apart_since, row.is_apart)


def _siblings_of(payload: Payload) -> tuple[str, ...]:
    """Return the addresses of a name that take turns: those of the family that answered."""
    is_six = ":" in payload.ip
    return tuple(one for one in payload.addresses if (":" in one) is is_six)


def _name(side: SideOrder, ip: str) -> str:
    """Return what a pod is called: its address and port."""
    host = f"[{ip}]" if ":" in ip else ip
    return f"{host}:{Location.parse(side.endpoint.url).port}"


def _lag_max() -> timedelta:
    return timedelta(seconds=settings.LAG_MAX_SECONDS)


def _sentence(side: Side, listed: Sequence[Stray]) -> str:
    """Name the pods of one side that stand apart, and how."""
    names = ", ".join(one.name for one in listed[:3])
    names += f" and {len(listed) - 3} more" if len(listed) > 3 else ""  # noqa: PLR2004
    is_older = all(one.is_older for one in listed)
    table = "an older table" if is_older else "another table"
    siblings = listed[0].siblings
    rest = "its sibling" if siblings == 1 else f"the {siblings} other pods seen lately"
    if len(listed) > 1:
        return f"Pods {names} of {side} show {table} than the rest of {siblings + 1} seen lately."
    return f"Pod {names} of {side} shows {table} than {rest}."
