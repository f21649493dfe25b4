"""Counts of the past that stay for ever: a row per source and day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from diffs.models.source import Source


class DayRollup(models.Model):
    """The hours of one source over one day of UTC, added up once they are old; `lags` as theirs."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    looks = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    outcomes = models.JSONField(default=dict)
    changes = models.PositiveIntegerField(default=0)
    differences_max = models.PositiveIntegerField(default=0)
    routes = models.PositiveIntegerField(default=0)
    look_seconds_max = models.FloatField(default=0)
    lags = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "day"], name="one_rollup_per_day")
        ]
