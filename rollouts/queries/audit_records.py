"""Which records of the audit trail somebody asks for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from ledger.models import AuditRecord


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What of the trail is shown, as the address says it; an empty field asks for nothing.

    Shapes
        actor, subject, text    a part of it, in any case; `text` looks into every field of words
        action                  the whole word of an action
        seq                     one record alone
        since, until            the first and the last moment
        before, after           the page: records older than one, or those next newer than one
    """

    actor: str = ""
    action: str = ""
    subject: str = ""
    text: str = ""
    seq: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    after: int | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves records out, besides those of other pages."""
        words = (self.actor, self.action, self.subject, self.text)
        return any(words) or any((self.seq, self.since, self.until))


def matching(shown: AuditFilter) -> QuerySet[AuditRecord]:
    """Return the records of a filter, of all its pages, in the order of their numbers."""
    records = AuditRecord.objects.order_by("seq")
    asked = {
        "actor__icontains": shown.actor,
        "action": shown.action,
        "subject__icontains": shown.subject,
        "seq": shown.seq,
        "at__gte": shown.since,
        "at__lte": shown.until,
    }
    records = records.filter(**{name: value for name, value in asked.items() if value})
    return _with_text(records, shown.text) if shown.text else records


def _with_text(records: QuerySet[AuditRecord], text: str) -> QuerySet[AuditRecord]:
    """Narrow to records that say a text anywhere."""
    columns = ("actor", "role", "action", "subject", "reason", "request_id")
    said = Q()
    for column in columns:
        said |= Q(**{f"{column}__icontains": text})
    # SQLite keeps other letters than those of ASCII escaped inside JSON; quotes are so everywhere.
    for form in {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}:
        said |= Q(before_text__icontains=form) | Q(after_text__icontains=form)
    return records.alias(
        before_text=Cast(F("before"), TextField()), after_text=Cast(F("after"), TextField())
    ).filter(said)
