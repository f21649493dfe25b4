"""Rows of the ledger."""

from __future__ import annotations

from ledger.models.audit_check import AuditCheck
from ledger.models.audit_record import AuditHead, AuditRecord
from ledger.models.heartbeat import Heartbeat
from ledger.models.lease import Lease
from ledger.models.outbox import Outbox

__all__ = ["AuditCheck", "AuditHead", "AuditRecord", "Heartbeat", "Lease", "Outbox"]
