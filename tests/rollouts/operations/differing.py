"""Differences that come and go at a fleet, and what was told of them; the clock is the test's."""

from __future__ import annotations

from datetime import timedelta

from diffs.models import Finding, Occurrence, SourceState
from ledger.models import Outbox
from rollouts.operations.tell_differences import tell_differences
from tests.factories import NOW, RolloutFactory, TargetFactory, TierFactory


def after(seconds):
    return NOW + timedelta(seconds=seconds)


def fleet(size, *, looks=9):
    """Return the targets of a rollout in one tier, each looked at so often."""
    tier = TierFactory.create(rollout=RolloutFactory.create(key="routesrv"), name="infra")
    targets = [TargetFactory.create(tier=tier) for _ in range(size)]
    for number, one in enumerate(targets):
        one.cluster.alias = f"kube-{number}"
        one.cluster.save()
    SourceState.objects.update(looks=looks)
    return targets


def watched(size):
    """Return such targets after their first sight, in which they were equal."""
    targets = fleet(size)
    tell_differences(now=NOW - timedelta(seconds=10))
    assert notices() == []
    return targets


def differs(one, key="kube_shop__orders", *, text="x", seconds=0, confirmed=True):
    """Let a target differ in a route from a time on."""
    finding, _ = Finding.objects.get_or_create(
        digest=f"{hash((key, text)) & (2**128 - 1):032x}",
        defaults={"key": key, "kind": "filter", "left": text, "last_seen_at": after(seconds)},
    )
    return Occurrence.objects.create(
        source_id=one.source_id,
        finding=finding,
        key=key,
        first_seen_at=after(seconds),
        first_look=1,
        last_seen_at=after(seconds),
        confirmed_at=after(seconds) if confirmed else None,
    )


def leaves(one, seconds):
    """Let all that a target differs in be over."""
    rows = Occurrence.objects.filter(source_id=one.source_id, resolved_at=None)
    rows.update(resolved_at=after(seconds))


def returns(one):
    """Let what a target differed in be there again."""
    Occurrence.objects.filter(source_id=one.source_id).update(resolved_at=None)


def rounds(*seconds):
    for each in seconds:
        tell_differences(now=after(each))


def notices():
    """Return what was told, the first first."""
    rows = Outbox.objects.filter(kind="notice").order_by("created_at", "pk")
    return [row.payload["notice"] for row in rows]


def titles():
    return [notice["title"].removeprefix("routesrv: ") for notice in notices()]


def facts(notice):
    return dict(notice["facts"])


def watched_elsewhere(size):
    tier = TierFactory.create(rollout=RolloutFactory.create(key="other"))
    targets = [TargetFactory.create(tier=tier) for _ in range(size)]
    SourceState.objects.update(looks=9)
    rounds(90)
    return targets
