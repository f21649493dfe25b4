"""The ledger app."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers the app under its short name."""

    name = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
