"""Who may write to something outside at present."""

from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """One resource and its holder. Written by `ledger.lease` alone; the row stays when it is free.

    `token` rises with each taking, so that a write under an older one can be told and refused.
    `seconds` is how long it was taken for: one that would end later was taken by another clock.
    """

    resource = models.CharField(max_length=200, primary_key=True)
    token = models.BigIntegerField()
    holder = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    seconds = models.FloatField(default=30.0)
