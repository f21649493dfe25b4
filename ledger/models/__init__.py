"""Rows of the ledger."""

from __future__ import annotations

from ledger.models.audit_record import AuditHead, AuditRecord
from ledger.models.heartbeat import Heartbeat

__all__ = ["AuditHead", "AuditRecord", "Heartbeat"]
