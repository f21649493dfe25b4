"""What people were told, so that nothing is told twice, also after a restart."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from rollouts.models.rollout import Rollout


class DifferenceWatch(models.Model):
    """One rollout whose differences are told; its lock makes whoever tells wait for each other.

    `seen_at` is when the first sight of its whole fleet was summed up, None before. What was
    confirmed before `flooded_at` was more than one notice reads: it belongs to `flood_thread`.
    """

    rollout = models.OneToOneField(Rollout, primary_key=True, on_delete=models.CASCADE)
    since = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    flooded_at = models.DateTimeField(null=True)
    flood_thread = models.CharField(max_length=200, blank=True)


class ToldDifference(models.Model):
    """One difference that people know of, wherever in the rollout it is.

    Shapes
        digest      its exact fingerprint, or its finding's digest where it had none yet
        key         the route's id
        thread      the key of the notice that told it first
        gone_at     since when it is seen nowhere
        resolved_at when that was told
        returns     how often it came back after that
    """

    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="told_differences")
    digest = models.CharField(max_length=40)
    key = models.CharField(max_length=520)
    thread = models.CharField(max_length=200)
    told_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    returns = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rollout", "digest"], name="told_once_a_rollout")
        ]
        indexes: ClassVar = [
            models.Index(fields=["rollout", "resolved_at"], name="told_and_resolved"),
            models.Index(fields=["rollout", "thread"], name="told_together"),
        ]


class ToldSilence(models.Model):
    """One time in which nobody handed out looks, named by the last sign of life before it."""

    since = models.DateTimeField(primary_key=True)
    noticed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
