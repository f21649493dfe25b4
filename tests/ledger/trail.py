"""An audit trail on the stage, and what a superuser does to it."""

from __future__ import annotations

from django.db import transaction

from ledger.audit import link, record
from ledger.chain import FIRST_HASH
from ledger.models import AuditHead, AuditRecord
from tests.factories import NOW
from tests.plugins.superuser import superuser


def append(count=1, *, action="looked", **more):
    """Append so many records as the application does; return the last."""
    with transaction.atomic():
        for _ in range(count):
            entry = record(
                action, **{"subject": "target t", "actor": "penumbra", "at": NOW, **more}
            )
    return entry


def edit(seq, /, **columns):
    """Edit one record, and leave everything else."""
    with superuser():
        AuditRecord.objects.filter(seq=seq).update(**columns)


def cut_tail(last, *, with_head):
    """Delete what comes after a record, and let the head say so or not."""
    with superuser():
        AuditRecord.objects.filter(seq__gt=last).delete()
    if with_head:
        kept = AuditRecord.objects.filter(seq=last).first()
        AuditHead.objects.update(seq=last, hash=kept.hash if kept else FIRST_HASH)


def write_anew(**columns):
    """Change columns of every record and compute every hash and the head again."""
    before = FIRST_HASH
    with superuser():
        entries = list(AuditRecord.objects.order_by("seq"))
        AuditRecord.objects.all().delete()
        for entry in entries:
            for name, value in columns.items():
                setattr(entry, name, value)
            entry.prev_hash = before
            entry.hash = before = link(entry)
            entry.save(force_insert=True)
    AuditHead.objects.update(hash=before)
