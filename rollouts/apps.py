"""The rollouts app."""

from __future__ import annotations

from django.apps import AppConfig

from ledger import triggers
from rollouts.machine import TERMINAL

INTENT = (
    "kind",
    "tier_id",
    "request_key",
    "idempotency_key",
    "from_mode",
    "to_mode",
    "is_production",
    "quorum",
    "groups",
    "evidence",
    "evidence_digest",
    "policy_version",
    "base_generation",
    "requested_by_id",
    "requested_at",
    "reason",
    "expires_at",
)
"""What a promotion is asked for with never changes afterwards."""


class RolloutsConfig(AppConfig):
    """Registers the app under its short name, and what the database keeps as it was written."""

    name = "rollouts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare intents and approvals unchangeable, and what has ended as ended."""
        triggers.immutable("rollouts_promotion", INTENT)
        triggers.final("rollouts_promotion", "state", TERMINAL)
        triggers.append_only("rollouts_promotionmember")
        triggers.append_only("rollouts_approval")
        triggers.append_only("rollouts_ruleapproval")
