"""Add the hours of days long past up into one row a day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import zip_longest

from django.db import transaction

from diffs.models import DayRollup, HourRollup
from diffs.retention import HOURS


def fold_hours(*, now: datetime, limit: int) -> int:
    """Fold some days whose every hour is old; return how many rows of hours are gone.

    Each source's day is a transaction: the hours leave as their sum is written, or not at all.

    Shapes
        limit   rows of hours to begin from; a day that is begun is folded whole
    """
    first_kept = datetime.combine((now.astimezone(UTC) - HOURS).date(), time(), UTC)
    old = HourRollup.objects.filter(hour__lt=first_kept).order_by("hour", "source")
    found = old.values_list("source_id", "hour")[:limit]
    days = sorted({(source_id, hour.astimezone(UTC).date()) for source_id, hour in found})
    return sum(_fold(source_id, day) for source_id, day in days)


def _fold(source_id: int, day: date) -> int:
    """Fold one day of one source; none are left where somebody else just did."""
    begins = datetime.combine(day, time(), UTC)
    with transaction.atomic():
        hours = list(
            HourRollup.objects.select_for_update()
            .filter(source_id=source_id, hour__gte=begins, hour__lt=begins + timedelta(days=1))
            .order_by("hour")
        )
        if not hours:
            return 0
        DayRollup.objects.get_or_create(source_id=source_id, day=day)
        row = DayRollup.objects.select_for_update().get(source_id=source_id, day=day)
        for hour in hours:
            _add(row, hour)
        row.save()
        HourRollup.objects.filter(pk__in=[hour.pk for hour in hours]).delete()
    return len(hours)


def _add(row: DayRollup, hour: HourRollup) -> None:
    """Add one hour, which is later than those before it."""
    row.looks += hour.looks
    row.good += hour.good
    row.outcomes = dict(Counter(row.outcomes) + Counter(hour.outcomes))
    row.changes += hour.changes
    row.differences_max = max(row.differences_max, hour.differences_max)
    row.routes = hour.routes or row.routes
    row.lags = [sum(pair) for pair in zip_longest(row.lags, hour.lags, fillvalue=0)]
    row.look_seconds_max = max(row.look_seconds_max, hour.look_seconds_max)
