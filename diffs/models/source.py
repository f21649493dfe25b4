"""What is read: a source and its two sides, as rollouts set them up."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from diffs.outcomes import Side


class Reads(models.TextChoices):
    """Which sides of a source are read."""

    NONE = "none"
    LEGACY = "legacy"
    BOTH = "both"


class Source(models.Model):
    """Where a target's evidence is read: two sides in one format.

    `options` say how the format reads them; most formats have none.
    `labels` (rollout, tier, rank, target, cluster) are opaque here: rules and facets match them.
    `epoch` is raised on every change after which older looks prove nothing: a mode, an address.
    `is_soaking` says whether clean time counts at present (the mode is shadow).
    """

    labels = models.JSONField(default=dict)
    format = models.CharField(max_length=40)
    options = models.JSONField(default=dict)
    interval_seconds = models.PositiveIntegerField()
    reads = models.CharField(max_length=6, choices=Reads.choices, default=Reads.NONE)
    epoch = models.PositiveIntegerField(default=1)
    is_soaking = models.BooleanField(default=False)


class SourceSide(models.Model):
    """How one side of a source is reached. A credential is a name; its value is never stored."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="sides")
    side = models.CharField(max_length=6, choices=[(side.value, side.value) for side in Side])
    addresses = models.JSONField()
    credential = models.CharField(max_length=100, blank=True)
    ca_bundle = models.CharField(max_length=500, blank=True)
    proxy = models.CharField(max_length=500, blank=True)
    metrics = models.CharField(max_length=2000, blank=True)
    paging = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "side"], name="one_row_per_side")
        ]
