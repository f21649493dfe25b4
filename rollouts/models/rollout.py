"""What is rolled out, in which order, to what."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from diffs.models import Source
from rollouts.machine import Mode


class Rollout(models.Model):
    """One component being introduced: one kind of evidence, one applier, ordered tiers, one policy.

    `modes` maps our modes to the words of the outside world; `applier` and `policy` are as in the
    fleet file, read by `rollouts.fleet_file`.
    """

    key = models.CharField(max_length=200, unique=True)
    title = models.CharField(max_length=300)
    position = models.PositiveIntegerField(default=0)
    evidence = models.JSONField(default=dict)
    modes = models.JSONField(default=dict)
    applier = models.JSONField(default=dict)
    policy = models.JSONField(default=dict)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["position", "key"]


class Tier(models.Model):
    """A release channel of a rollout: an ordered group of targets, with its effective policy.

    `generation` is that of the newest order; it only grows, also when targets come and go.
    """

    rollout = models.ForeignKey(Rollout, on_delete=models.PROTECT, related_name="tiers")
    name = models.CharField(max_length=200)
    rank = models.PositiveIntegerField()
    is_production = models.BooleanField(default=False)
    policy = models.JSONField(default=dict)
    generation = models.PositiveIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["rollout", "rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rollout", "name"], name="tier_names_are_unique")
        ]


class Cluster(models.Model):
    """A cluster's identity and fields; its key never changes, its alias is display.

    One without `removed_at` stands in the fleet file.
    """

    key = models.CharField(max_length=200, unique=True)
    alias = models.CharField(max_length=200)
    environment = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    criticality = models.PositiveSmallIntegerField(null=True)
    fields = models.JSONField(default=dict)
    removed_at = models.DateTimeField(null=True)


class Target(models.Model):
    """What has a mode: here, a cluster under one rollout, with a source of its own.

    `observed_mode` is what `read_back` said last; a set-aside target is shown but counts for
    nothing until `set_aside_until`.
    """

    rollout = models.ForeignKey(Rollout, on_delete=models.PROTECT, related_name="targets")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="targets")
    key = models.CharField(max_length=200)
    cluster = models.ForeignKey(Cluster, null=True, on_delete=models.PROTECT)
    source = models.OneToOneField(Source, on_delete=models.PROTECT, related_name="target")
    mode = models.CharField(
        max_length=7, choices=[(mode.value, mode.value) for mode in Mode], default=Mode.UNKNOWN
    )
    mode_since = models.DateTimeField(null=True)
    observed_mode = models.CharField(max_length=7, blank=True)
    observed_at = models.DateTimeField(null=True)
    observe_next_at = models.DateTimeField(null=True, db_index=True)
    observe_problem = models.TextField(blank=True)
    read_back = models.JSONField(null=True)
    generation = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    set_aside_reason = models.TextField(blank=True)
    set_aside_until = models.DateTimeField(null=True)
    set_aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rollout", "key"], name="target_keys_are_unique")
        ]
