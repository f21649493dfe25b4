"""Where every source stands now: one row a source, one a side, rewritten by every look."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from diffs.models.snapshot import Snapshot
from diffs.models.source import Source
from diffs.outcomes import Side


class SourceState(models.Model):
    """When a source is looked at next, by whom, and what the last look came to.

    A look is claimed by setting `claim` and `claimed_until`; whoever holds the claim may record.
    The clock fields belong to `diffs.soak`: see there for what adds to clean time. `unequal_since`
    is when the first look began in which the sides were seen to disagree that settle still. `hits`
    counts the routes that each rule hides or explains now, `expected` those of the differences that
    people expect; `clean_kinds` counts the routes that both sides added, removed and changed alike;
    `rules_digest` and `comparer` say under which rules and by which comparer.
    `outcomes` counts all looks ever by their outcome, and so only grows.
    """

    source = models.OneToOneField(
        Source, primary_key=True, on_delete=models.CASCADE, related_name="state"
    )
    next_look_at = models.DateTimeField(db_index=True)
    claim = models.CharField(max_length=32, blank=True)
    claimed_until = models.DateTimeField(null=True)
    looks = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)

    epoch = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=20, blank=True)
    side = models.CharField(max_length=6, blank=True)
    sentence = models.TextField(blank=True)
    outcome_since = models.DateTimeField(null=True)
    settled = models.CharField(max_length=20, blank=True)
    last_look_at = models.DateTimeField(null=True)
    last_proof_at = models.DateTimeField(null=True)
    look_seconds = models.FloatField(null=True)
    outcomes = models.JSONField(default=dict)

    total = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    hidden = models.PositiveIntegerField(default=0)
    explained = models.PositiveIntegerField(default=0)
    hits = models.JSONField(default=dict)
    rules_digest = models.CharField(max_length=64, blank=True)
    comparer = models.CharField(max_length=60, blank=True)
    differences = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    unkept = models.PositiveIntegerField(default=0)
    lag_since = models.DateTimeField(null=True)
    unequal_since = models.DateTimeField(null=True)
    lag_seconds = models.FloatField(null=True)

    clean_seconds = models.FloatField(default=0)
    clean_since = models.DateTimeField(null=True)
    clean_looks = models.PositiveIntegerField(default=0)
    pending_kinds = models.JSONField(default=dict)
    clean_changes = models.PositiveIntegerField(default=0)
    clean_kinds = models.JSONField(default=dict)
    last_good_at = models.DateTimeField(null=True)
    pause = models.CharField(max_length=200, blank=True)
    restart = models.TextField(blank=True)


class SideState(models.Model):
    """What one side last said, and what a later look of it is held against.

    `recent_digests` are those of the last different tables it showed, the present one last; `quiet`
    is how it moved so far (diffs.quiet); `pods` counts those behind each of its addresses.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="side_states")
    side = models.CharField(max_length=6, choices=[(side.value, side.value) for side in Side])
    snapshot = models.ForeignKey(Snapshot, null=True, on_delete=models.PROTECT, related_name="+")
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    table_timestamp = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    recent_digests = models.JSONField(default=list)
    lines = models.BinaryField(default=bytes)
    routes = models.PositiveIntegerField(null=True)
    good_routes = models.PositiveIntegerField(null=True)
    read_at = models.DateTimeField(null=True)
    body_day = models.DateField(null=True)
    moved_at = models.DateTimeField(null=True)
    unmoved_looks = models.PositiveIntegerField(default=0)
    quiet = models.JSONField(default=dict)
    pods = models.JSONField(default=dict)
    latency_seconds = models.FloatField(null=True)
    ip = models.CharField(max_length=100, blank=True)
    fetch_errors = models.FloatField(null=True)
    problem = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "side"], name="one_state_per_side")
        ]
