"""A request that shows a difference, or why none was built."""

from __future__ import annotations

from django.db import models

from diffs.models.difference import Variant
from diffs.models.source import Source


class Witness(models.Model):
    """What was found of one variant in the tables of one source that shows it.

    `sentence` says all of it: what is asked, and what either table answers; where `is_built` is
    false, why there is no request. Method, host, path and headers are those of the request.
    """

    variant = models.OneToOneField(Variant, on_delete=models.CASCADE, related_name="witness")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    is_built = models.BooleanField()
    sentence = models.TextField()
    method = models.CharField(max_length=40, blank=True)
    host = models.TextField(blank=True)
    path = models.TextField(blank=True)
    headers = models.JSONField(default=list)
    at = models.DateTimeField()
