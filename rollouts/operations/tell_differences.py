"""Tell what is new of a rollout's differences: each once, over all of its clusters.

Theory. Looks write what differs, cluster by cluster; here that is compared with what people were
told. News waits a minute, so that one cause that reaches the clusters look by look is one notice,
and none comes more often than that. A fleet that is new is told of once, when all of it was seen.
A difference counts as gone when no cluster shows it for a while, the longer the more often it came
back. Nothing is told of a route but its id: see rollouts.queries.difference_notice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.expressions import CombinedExpression

from diffs.queries.confirmed_differences import Sighting
from rollouts.models import DifferenceWatch, Rollout, ToldDifference
from rollouts.notifiers import Notice
from rollouts.operations.send_notices import tell
from rollouts.operations.tell_escalations import tell_escalations
from rollouts.queries.difference_notice import (
    back_notice,
    by_thread,
    first_sight_notice,
    gone_notice,
    mass_notice,
    new_notice,
)
from rollouts.queries.told_differences import (
    News,
    fresh_differences,
    long_gone,
    newly_gone,
    present_of,
    seen_again,
)

HOLD = timedelta(seconds=60)
"""How long news waits for more of the same cause."""

FIRST_LOOKS = 3
FIRST_SIGHT = timedelta(minutes=3)
"""A fleet was seen when each target had its looks, or after this and as many intervals."""

MASS_RATE = 0.5
MASS_TARGETS = 3
"""More than this share of the clusters, and at least so many, are one event."""

GONE = timedelta(minutes=2)
LONGEST_GONE = timedelta(days=1)
KEPT = timedelta(days=90)
BATCH = 500


def tell_differences(*, now: datetime) -> None:
    """Tell what is new, gone and back, one rollout after the other."""
    for rollout in Rollout.objects.filter(removed_at=None):
        with transaction.atomic():
            watch = _locked(rollout, now)
            _tell_fresh(rollout, watch, now)
            _tell_gone(rollout, now)
            tell_escalations(rollout, now=now)
            old = ToldDifference.objects.filter(rollout=rollout, resolved_at__lt=now - KEPT)
            old.delete()


def _locked(rollout: Rollout, now: datetime) -> DifferenceWatch:
    """Return the rollout's watch, locked, begun now if it is new."""
    DifferenceWatch.objects.get_or_create(rollout=rollout, defaults={"since": now})
    return DifferenceWatch.objects.select_for_update().get(rollout=rollout)


def _tell_fresh(rollout: Rollout, watch: DifferenceWatch, now: datetime) -> None:
    news = fresh_differences(rollout, now=now)
    if watch.seen_at is None:
        if _is_seen(rollout, watch, news, now):
            watch.seen_at = now
            _open(rollout, watch, news, first_sight_notice, now)
        return
    left = news if watch.flooded_at is None else _without_flood(rollout, watch, news, now)
    if left and left.fresh and left.fresh[0].confirmed_at <= now - HOLD:
        _open(rollout, watch, left, mass_notice if _is_mass(left) else new_notice, now)


def _is_seen(rollout: Rollout, watch: DifferenceWatch, news: News, now: datetime) -> bool:
    """Say whether what is there at the beginning is known by now."""
    if news.compared and news.fewest_looks >= FIRST_LOOKS:
        return True
    interval = timedelta(seconds=int(rollout.evidence.get("interval_seconds", 60)))
    return now - watch.since >= max(FIRST_SIGHT, FIRST_LOOKS * interval)


def _is_mass(news: News) -> bool:
    places = {one.source_id for one in news.fresh}
    return len(places) >= MASS_TARGETS and len(places) > MASS_RATE * len(news.compared)


def _open(
    rollout: Rollout,
    watch: DifferenceWatch,
    news: News,
    words: Callable[..., Notice],
    now: datetime,
) -> None:
    """Tell differences in one notice and remember each."""
    watch.flooded_at, watch.flood_thread = None, ""
    if news.fresh:
        notice = words(rollout, news, now=now)
        _remember(rollout, news.fresh, notice.thread, now)
        tell(notice, now=now)
        if news.is_cut:
            watch.flooded_at, watch.flood_thread = now, notice.thread
    watch.save()


def _without_flood(
    rollout: Rollout, watch: DifferenceWatch, news: News, now: datetime
) -> News | None:
    """Remember, without a word, what the last notice told of as "or more"; return what is left."""
    flooded_at = watch.flooded_at or now
    told = [one for one in news.fresh if one.confirmed_at <= flooded_at]
    _remember(rollout, told, watch.flood_thread, now)
    if news.is_cut:
        return None
    watch.flooded_at, watch.flood_thread = None, ""
    watch.save()
    return replace(news, fresh=news.fresh[len(told) :])


def _remember(rollout: Rollout, found: Sequence[Sighting], thread: str, now: datetime) -> None:
    """Write down that people know of differences."""
    keys = {one.digest: one.key for one in found}
    rows = (
        ToldDifference(rollout=rollout, digest=digest, key=key, thread=thread, told_at=now)
        for digest, key in keys.items()
    )
    ToldDifference.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _tell_gone(rollout: Rollout, now: datetime) -> None:
    """Follow the told differences: what left, what came back, what is gone for good."""
    _tell_back(rollout, now)
    _set(newly_gone(rollout), gone_at=now)
    for thread, rows in by_thread(long_gone(rollout)).items():
        if not any(_is_over(row, now) for row in rows):
            continue
        over = [row for row in rows if _gone_at(row, now) <= now - HOLD / 2]
        _set([row.pk for row in over], resolved_at=now)
        here = present_of(thread, rollout)
        tell(gone_notice(rollout, over, left=here, now=now), now=now)


def _tell_back(rollout: Rollout, now: datetime) -> None:
    """Take back that differences are gone, loudly where that had been told."""
    again = seen_again(rollout)
    told = [row for row in again if row.resolved_at is not None]
    for thread_rows in by_thread(told).values():
        tell(back_notice(rollout, thread_rows, now=now), now=now)
    _set([row.pk for row in told], returns=F("returns") + 1)
    _set([row.pk for row in again], gone_at=None, resolved_at=None)


def _set(ids: Sequence[int], **columns: datetime | CombinedExpression | None) -> None:
    """Write the same columns into many rows."""
    for start in range(0, len(ids), BATCH):
        rows = ToldDifference.objects.filter(pk__in=ids[start : start + BATCH])
        rows.update(**columns)


def _is_over(row: ToldDifference, now: datetime) -> bool:
    """Say whether a difference is gone for so long that it is resolved."""
    wait: timedelta = min(GONE * 2 ** min(row.returns, 10), LONGEST_GONE)
    return _gone_at(row, now) <= now - wait


def _gone_at(row: ToldDifference, now: datetime) -> datetime:
    return row.gone_at or now
