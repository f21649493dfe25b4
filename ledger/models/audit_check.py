"""How far the audit trail was verified, as a row."""

from __future__ import annotations

from django.db import models


class AuditCheck(models.Model):
    """The one row of the check that goes on all the time. Written by `ledger.audit_check` alone.

    `walk_…` is where the present walk is, `verified_…` the farthest record that ever passed: a
    trail that lacks it, or has another there, was cut or written anew. `problem` is empty while
    all is well.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    walk_seq = models.BigIntegerField(default=0)
    walk_hash = models.CharField(max_length=64, default="0" * 64)
    walk_began_at = models.DateTimeField()
    verified_seq = models.BigIntegerField(default=0)
    verified_hash = models.CharField(max_length=64, default="0" * 64)
    verified_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
