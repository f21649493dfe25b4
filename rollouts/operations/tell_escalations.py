"""Tell that a difference reached other targets long after it was first seen.

Theory. That it spreads is written by whoever counts differences (`spread_at`). Each time is told
once: the notice's key names the difference and the time, and the outbox keeps a key once. Where all
that is there of it is expected, nobody is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from diffs.models import Difference, Occurrence
from diffs.queries.confirmed_differences import confirmed_differences, unexpected
from rollouts.models import Rollout, ToldDifference
from rollouts.notifiers import Notice
from rollouts.operations.send_notices import tell
from rollouts.queries.promotion_notice import moment

RECENT = timedelta(minutes=10)
"""Whoever tells may have been away for so long; what is older is on the pages."""


def tell_escalations(rollout: Rollout, *, now: datetime) -> None:
    """Tell what spread lately of a rollout's differences; inside a transaction."""
    rows = Difference.objects.filter(rollout=rollout.key, spread_at__gt=now - RECENT, gone_at=None)
    for row in rows.order_by("pk"):
        if _is_unexpected(row, now):
            tell(_notice(rollout, row), now=now)


def _is_unexpected(row: Difference, now: datetime) -> bool:
    sources = Occurrence.objects.filter(variant__difference=row, resolved_at=None)
    present = confirmed_differences(set(sources.values_list("source_id", flat=True)))
    return unexpected(present.filter(variant__difference=row), now=now).exists()


def _notice(rollout: Rollout, row: Difference) -> Notice:
    clusters = f"{row.targets:,} cluster{'' if row.targets == 1 else 's'}"
    routes = f"{row.routes:,} route{'' if row.routes == 1 else 's'}"
    at = row.spread_at or row.last_seen_at
    key = f"difference spread {row.pk} {at.isoformat() if at else ''}"
    return Notice(
        kind="difference",
        key=key,
        thread=_thread(rollout, row.variants.values_list("exact", flat=True)) or key,
        title=f"{rollout.key}: {row.name} spread, it is at {clusters} now",
        sentence="A difference that was there before reached another cluster or a later tier.",
        facts=(("Difference", f"{row.name}: {row.kind}"), ("Where", f"{clusters}, {routes}")),
        link=settings.BASE_URL + reverse("difference", args=[row.pk]),
        at=moment(at) if at else "",
    )


def _thread(rollout: Rollout, names: Iterable[str]) -> str:
    """Return the thread in which the difference was told first; "" where it never was."""
    told = ToldDifference.objects.filter(rollout=rollout, digest__in=list(names)).order_by(
        "told_at"
    )
    return told.values_list("thread", flat=True).first() or ""
