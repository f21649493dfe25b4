"""What is kept of the past: spans of one outcome, hourly counts, and differences per route."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from diffs.models.difference import Variant
from diffs.models.snapshot import Comparison, Finding
from diffs.models.source import Source


class OutcomeSpan(models.Model):
    """Looks in a row with one outcome, written when the outcome changes; the last one is open."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="spans")
    outcome = models.CharField(max_length=20)
    side = models.CharField(max_length=6, blank=True)
    sentence = models.TextField(blank=True)
    epoch = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    comparison = models.ForeignKey(Comparison, null=True, on_delete=models.SET_NULL)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["source", "-began_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(ended_at=None), name="one_open_span"
            )
        ]


class Occurrence(models.Model):
    """One finding at one source: first seen, confirmed when it outlived the sources' own rhythm.

    A row without `resolved_at` is present in the last comparison; an unconfirmed one that left
    keeps its row, since the same texts within a day confirm it. `variant` is what the finding is
    over the fleet; None until it was seen twice.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="occurrences")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="occurrences")
    variant = models.ForeignKey(
        Variant, null=True, on_delete=models.PROTECT, related_name="occurrences"
    )
    key = models.CharField(max_length=520)
    first_seen_at = models.DateTimeField()
    first_look = models.PositiveBigIntegerField()
    last_seen_at = models.DateTimeField()
    seen_looks = models.PositiveIntegerField(default=1)
    confirmed_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["source", "resolved_at", "key"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "finding"],
                condition=models.Q(resolved_at=None),
                name="one_present_occurrence",
            )
        ]


class SelfTest(models.Model):
    """The last self-test of a build: its verdicts are untrusted when it failed."""

    build = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()
    failure = models.TextField(blank=True)
