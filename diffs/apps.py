"""The diffs app."""

from __future__ import annotations

from django.apps import AppConfig


class DiffsConfig(AppConfig):
    """Registers the app under its short name."""

    name = "diffs"
    default_auto_field = "django.db.models.BigAutoField"
