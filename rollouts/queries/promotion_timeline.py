"""What happened to one promotion, as the audit trail tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ledger.models import AuditRecord

ENTRIES_SHOWN = 40

LEFT_OUT = ("apply_intent", "apply_written")
"""Records beside which one of the new state says the same to a person."""

WORDS = {
    "promotion_requested": ("pending", "asked for"),
    "rollback_ordered": ("rolling_back", "rollback ordered"),
    "promotion_approval_given": ("pass", "approved"),
    "promotion_approved": ("approved", "enough people agreed"),
    "promotion_scheduled": ("scheduled", "waits for its time"),
    "promotion_applying": ("applying", "started"),
    "promotion_paused": ("paused", "paused"),
    "promotion_verifying": ("verifying", "written, read back from here on"),
    "promotion_done": ("done", "done: read back from every target"),
    "promotion_rejected": ("rejected", "rejected"),
    "promotion_withdrawn": ("withdrawn", "withdrawn"),
    "promotion_expired": ("expired", "expired"),
    "promotion_outdated": ("outdated", "outdated: what was agreed to got worse"),
    "promotion_superseded": ("superseded", "superseded by a rollback"),
    "promotion_failed": ("failed", "failed"),
    "promotion_approve_refused": ("fail", "approval refused"),
    "promotion_reject_refused": ("fail", "rejection refused"),
    "promotion_withdraw_refused": ("fail", "withdrawal refused"),
}
"""{action of the trail: (mark, words)}."""


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
    state, text = WORDS.get(action, ("", action.replace("_", " ")))
    return Entry(at, actor, state, text, reason, seq)
