"""What happened to one promotion, as the audit trail tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ledger.models import AuditRecord
from rollouts.queries.promotion_words import trail_words

ENTRIES_SHOWN = 40

LEFT_OUT = ("apply_intent", "apply_written")
"""Records beside which one of the new state says the same to a person."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    Shapes
        state, text     the mark and the words
        told            the reason or refusal in whole sentences; "" where there is none
    """

    at: datetime
    who: str
    state: str
    text: str
    told: str
    seq: int


def timeline_of(subject: str) -> tuple[Entry, ...]:
    """Return what the trail tells of a subject, the newest first, as far as a page shows it."""
    rows = AuditRecord.objects.filter(subject=subject).exclude(action__in=LEFT_OUT)
    fields = ("at", "actor", "action", "reason", "seq")
    listed = rows.order_by("-seq").values_list(*fields)[:ENTRIES_SHOWN]
    return tuple(_entry(*row) for row in listed)


def _entry(at: datetime, actor: str, action: str, reason: str, seq: int) -> Entry:
    state, text = trail_words(action)
    return Entry(at, actor, state, text, reason, seq)
