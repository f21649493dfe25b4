"""Bodies as they were read, stored once, and what their reading came to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from diffs.models.source import Source


class Snapshot(models.Model):
    """One body, by the sha256 of its bytes, wherever and however often it was read.

    Theory of storing: route tables differ little from look to look. A snapshot is either whole
    (zstd) or a zstd patch whose dictionary is a whole one (`base`), never a patch on a patch, so
    reading costs at most two rows and pruning only has to keep the bases of what it keeps.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    data = models.BinaryField()
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="patches")
    stored_at = models.DateTimeField()
    last_read_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["last_read_at"])]


class DailyBody(models.Model):
    """The first body of a side on a day: kept when the others of that day are gone."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="daily_bodies")
    side = models.CharField(max_length=6)
    day = models.DateField()
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "side", "day"], name="one_body_a_day")
        ]


class KeptBody(models.Model):
    """A body that is kept for ever, and what names it: "P-42"."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="kept_bodies")
    side = models.CharField(max_length=6)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    named_by = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "side", "snapshot", "named_by"], name="one_body_once_a_name"
            )
        ]


class Reading(models.Model):
    """What one version of a format's reader made of a snapshot; `refusals` are JSON objects."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="readings")
    reader = models.CharField(max_length=60)
    routes = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    refusals = models.JSONField(default=list)
    duplicates = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["snapshot", "reader"], name="one_reading_per_reader")
        ]


class Finding(models.Model):
    """One disagreement with both canonical texts, stored once wherever it is seen.

    `digest` is 32 hex over key, kind and both texts, before any rule.
    """

    digest = models.CharField(max_length=32, primary_key=True)
    key = models.CharField(max_length=520)
    kind = models.CharField(max_length=20)
    left = models.TextField(blank=True)
    right = models.TextField(blank=True)
    last_seen_at = models.DateTimeField(db_index=True)


class Comparison(models.Model):
    """The result over one pair of readings under one rule set and comparer: computed once.

    `findings` is the zstd of the finding digests, 16 bytes each, in the order of their keys: of the
    first ones only where very many routes differ. `total - matched` routes do, rules or no rules;
    of these rules hide `hidden`, and the component itself explains `explained`. `hidden_findings`
    are packed like the others, `hits` counts both by rule, `explanations` are {route id: error}.
    """

    legacy = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+")
    shadow = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+")
    rules_digest = models.CharField(max_length=64)
    comparer = models.CharField(max_length=60)
    total = models.PositiveIntegerField()
    matched = models.PositiveIntegerField()
    findings = models.BinaryField()
    hidden = models.PositiveIntegerField(default=0)
    explained = models.PositiveIntegerField(default=0)
    hidden_findings = models.BinaryField(default=bytes)
    hits = models.JSONField(default=dict)
    explanations = models.JSONField(default=dict)
    compared_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["legacy", "shadow", "rules_digest", "comparer"], name="one_comparison"
            )
        ]
