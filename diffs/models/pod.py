"""Which pods of a side were seen when, where one side is answered by many."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from diffs.models.source import Source
from diffs.outcomes import Side


class PodSighting(models.Model):
    """What one pod said last; see diffs.pods. Forgotten a day after it was seen last.

    `pod` is host and port of what answered, `address` the one of the fleet file that led there.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="pod_sightings")
    side = models.CharField(max_length=6, choices=[(side.value, side.value) for side in Side])
    pod = models.CharField(max_length=110)
    address = models.CharField(max_length=2000)
    digest = models.CharField(max_length=64)
    since = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    apart_since = models.DateTimeField(null=True)
    is_apart = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "side", "pod"], name="one_row_per_pod")
        ]
