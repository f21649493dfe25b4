"""Liveness of the processes, as rows."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When a duty (`due`, a worker) was last carried out, by the database's clock."""

    name = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()
