"""Duties that came out of a change and are carried out after it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Outbox(models.Model):
    """One duty, kept until it is done or given up. Written by `ledger.outbox` alone.

    `next_at` is when a worker may take it: it is due, or waits after a failure, or whoever took it
    has until then. None beside an empty `done_at` means given up.
    """

    dedupe_key = models.CharField(max_length=200, primary_key=True)
    kind = models.CharField(max_length=60)
    payload = models.JSONField()
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    last_problem = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"], name="outbox_due", condition=models.Q(done_at__isnull=True)
            )
        ]
