"""The audit trail: a hash chain of what people and the promotion machine decided."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class AuditRecord(models.Model):
    """One decision or refusal. Rows are appended by `ledger.audit.record` and never change.

    `hash` covers every other column as `ledger.audit.link` says it for the row's `scheme`.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    actor_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=40, blank=True)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=800)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    scheme = models.PositiveSmallIntegerField(default=1)
    prev_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["seq"]
        indexes: ClassVar = [models.Index(fields=["subject", "-seq"])]


class AuditHead(models.Model):
    """The one row whose lock makes writers of the chain wait for each other."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
