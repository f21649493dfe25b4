"""What a rule would have done: a preview over stored findings, made in the background."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from diffs.models.rule import Rule

USER = settings.AUTH_USER_MODEL


class PreviewState(models.TextChoices):
    """Where a preview stands; the last three are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


UNENDED = (PreviewState.QUEUED, PreviewState.RUNNING)
ENDED = (PreviewState.DONE, PreviewState.CANCELLED, PreviewState.FAILED)


class RulePreview(models.Model):
    """One run over the stored findings of the sources in a rule's scope.

    The row is the duty; a message only rings. Whoever holds `claim` up to `claimed_until` works on
    it, and writes `done` of `total` after each batch; a claim that ran out is taken by another
    worker, which begins anew. `began_at` is when the run that counts began: what came later it has
    not seen. `result` is what diffs.operations.run_preview writes at the end.
    """

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="previews")
    state = models.CharField(
        max_length=9, choices=PreviewState.choices, default=PreviewState.QUEUED
    )
    started_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    claim = models.CharField(max_length=32, blank=True)
    claimed_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    problem = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rule"], condition=Q(state__in=UNENDED), name="one_preview_at_a_time"
            )
        ]
