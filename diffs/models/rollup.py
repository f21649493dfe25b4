"""Counts of the past: a row per source and hour, and one per day that stays for ever."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from diffs.models.source import Source


class Counts(models.Model):
    """What is counted of one source over some time; `lags` by their length, see diffs.lags."""

    looks = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    outcomes = models.JSONField(default=dict)
    changes = models.PositiveIntegerField(default=0)
    differences_max = models.PositiveIntegerField(default=0)
    routes = models.PositiveIntegerField(default=0)
    look_seconds_max = models.FloatField(default=0)
    lags = models.JSONField(default=list)

    class Meta:
        abstract = True


class HourRollup(Counts):
    """One hour of a source; added up into a DayRollup when it is old."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="hours")
    hour = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "hour"], name="one_rollup_per_hour")
        ]


class DayRollup(Counts):
    """The hours of one source over one day of UTC, added up once they are old."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "day"], name="one_rollup_per_day")
        ]
