"""The rollouts app."""

from __future__ import annotations

from django.apps import AppConfig


class RolloutsConfig(AppConfig):
    """Registers the app under its short name."""

    name = "rollouts"
    default_auto_field = "django.db.models.BigAutoField"
