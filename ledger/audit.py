"""Append to the audit trail, in the same transaction as the change it records.

Theory: each record's hash covers the hash before it, so an edit anywhere breaks every later link.
The head row is locked while appending: writers wait for each other and the chain never forks;
where a database has no row locks (SQLite), the unique `prev_hash` and the write lock do the same.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal

from django.contrib.auth.models import AbstractBaseUser

from ledger.models import AuditHead, AuditRecord
from ledger.request_id import present
from ledger.transactions import OutsideTransaction, demand_transaction

__all__ = ["OutsideTransaction", "link", "record"]

SCHEME = 2
"""What a hash covers: 1 left out the row of the person and the scheme itself."""


def record(  # noqa: PLR0913  (one argument a column)
    action: str,
    *,
    subject: str,
    actor: AbstractBaseUser | str,
    at: datetime,
    before: object = None,
    after: object = None,
    reason: str = "",
    role: str = "",
) -> AuditRecord:
    """Append one record to the chain.

    Shapes
        action          what was done or refused, snake_case: "target_set_aside"
        subject         what it was done to: "target routesrv/aws:1:eu:kube-1"
        actor           the signed-in person, or the name of the part of Penumbra that acted
        before, after   JSON values

    Errors
        OutsideTransaction      called without an open transaction
    """
    demand_transaction(f"audit record {action} of {subject}")
    head, _ = AuditHead.objects.select_for_update().get_or_create(id=1)
    person = None if isinstance(actor, str) else actor
    entry = AuditRecord(
        seq=head.seq + 1,
        at=at,
        actor=actor if isinstance(actor, str) else actor.get_username(),
        actor_user_id=person.pk if person else None,
        role=role,
        action=action,
        subject=subject,
        before=before,
        after=after,
        reason=reason,
        request_id=present(),
        scheme=SCHEME,
        prev_hash=head.hash,
    )
    entry.hash = link(entry)
    entry.save(force_insert=True)
    head.seq, head.hash = entry.seq, entry.hash
    head.save(update_fields=["seq", "hash"])
    return entry


def link(entry: AuditRecord) -> str:
    """Return the hash that a record must bear: SHA-256(previous hash, canonical JSON), 64 hex."""
    content: dict[str, object] = {
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "role": entry.role,
        "action": entry.action,
        "subject": entry.subject,
        "before": _as_read_back(entry.before),
        "after": _as_read_back(entry.after),
        "reason": entry.reason,
        "request_id": entry.request_id,
    }
    if entry.scheme != 1:
        content |= {"scheme": entry.scheme, "actor_user": entry.actor_user_id}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(entry.prev_hash.encode() + text.encode()).hexdigest()


def _as_read_back(value: object) -> object:
    """Return a JSON value as every database gives it back.

    PostgreSQL keeps numbers as decimals: 1e16 comes back as 10000000000000000.
    """
    if isinstance(value, float) and value.is_integer():
        return int(Decimal(repr(value)))
    if isinstance(value, dict):
        return {key: _as_read_back(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_read_back(item) for item in value]
    return value
