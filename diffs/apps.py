"""The diffs app."""

from __future__ import annotations

from django.apps import AppConfig

from ledger import triggers

WRITTEN = (
    "content",
    "reason",
    "author_id",
    "made_at",
    "expires_at",
    "made_from_id",
    "replaces_id",
    "request_key",
)
"""What a rule is written with never changes: another version is another rule."""


class DiffsConfig(AppConfig):
    """Registers the app under its short name, and what the database keeps as it was written."""

    name = "diffs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what rules say unchangeable, and what has ended as ended."""
        triggers.immutable("diffs_rule", WRITTEN)
        triggers.final("diffs_rule", "state", ("retired", "discarded"))
