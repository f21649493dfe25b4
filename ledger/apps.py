"""The ledger app."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from ledger import application_role, triggers


class LedgerConfig(AppConfig):
    """Registers the app, and has triggers and rights put back after a migration."""

    name = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the audit trail append-only."""
        triggers.append_only("ledger_auditrecord")
        post_migrate.connect(triggers.install_after_migrate, sender=self)
        post_migrate.connect(application_role.grant_after_migrate, sender=self)
