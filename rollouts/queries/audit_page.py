"""The page of the audit trail: records, newest first, and whether the trail is whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter

from ledger.application_role import why_not_kept
from ledger.audit_check import TrailState, trail_state
from ledger.models import AuditRecord
from rollouts.queries.audit_records import AuditFilter, matching
from rollouts.queries.audit_subjects import Subject, subjects_of
from rollouts.queries.json_diff import JsonLine, json_diff
from rollouts.queries.promotion_words import trail_words

PAGE_SIZE = 50
COUNTED = 10_000
"""Beyond so many a count says "more than"."""

RECENT = 2_000
"""So many of the latest records say which actions and actors are offered to choose from."""

OLD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One record; `words` are what timelines call its action, `mark` the sign they give it.

    `about` is the page of its subject, None where there is none; `gist` is which role or mode.
    """

    seq: int
    at: datetime
    actor: str
    role: str
    action: str
    mark: str
    words: str
    is_refusal: bool
    subject: str
    about: Subject | None
    gist: str
    reason: str
    request_id: str
    hash: str
    prev_hash: str
    lines: tuple[JsonLine, ...]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """All that the page prints; `newer` and `older` say where the neighbouring pages begin.

    `weakness` says who could edit the trail with the application's own password; "" for nobody.
    """

    rows: tuple[AuditRow, ...]
    count: int
    is_counted: bool
    newer: int | None
    older: int | None
    actions: tuple[tuple[str, str], ...]
    actors: tuple[str, ...]
    trail: TrailState
    is_check_old: bool
    weakness: str
    shown: AuditFilter


def audit_page(shown: AuditFilter, *, now: datetime) -> AuditPage:
    """Return one page of the records that a filter leaves, by number, whatever is appended."""
    found = matching(shown)
    count = found[: COUNTED + 1].count()
    records = _records(shown)
    subjects = subjects_of(record.subject for record in records)
    first, last = (records[0].seq, records[-1].seq) if records else (0, 0)
    recent = AuditRecord.objects.order_by("-seq")[:RECENT]
    names = set(recent.values_list("action", "actor"))
    trail = trail_state()
    return AuditPage(
        rows=tuple(_row(record, subjects.get(record.subject)) for record in records),
        count=min(count, COUNTED),
        is_counted=count <= COUNTED,
        newer=first if records and found.filter(seq__gt=first).exists() else None,
        older=last if records and found.filter(seq__lt=last).exists() else None,
        actions=_named({action for action, _ in names} | ({shown.action} - {""})),
        actors=tuple(sorted({actor for _, actor in names if actor.isprintable()})),
        trail=trail,
        is_check_old=trail.verified_at is None or now - trail.verified_at > OLD,
        weakness=why_not_kept(),
        shown=shown,
    )


def _named(actions: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return actions with their words, in the order of the words."""
    return tuple(sorted(((one, trail_words(one)[1]) for one in actions), key=itemgetter(1)))


def _records(shown: AuditFilter) -> list[AuditRecord]:
    """Return the records of the page, newest first; past either end, those nearest to it."""
    found = matching(shown)
    if shown.after is not None:
        newer = list(found.filter(seq__gt=shown.after)[:PAGE_SIZE])
        if len(newer) == PAGE_SIZE:
            return newer[::-1]
    elif shown.before is not None:
        return list(found.filter(seq__lt=shown.before).order_by("-seq")[:PAGE_SIZE])
    return list(found.order_by("-seq")[:PAGE_SIZE])


def _gist(record: AuditRecord) -> str:
    """Return which role or mode a record is about, so that nobody has to open it for that."""
    after = record.after
    if record.action == "mode_adopted" and isinstance(after, str):
        return after
    if record.action.startswith("role_") and isinstance(after, dict):
        return f"{after.get('role', '')} {after.get('scope', '')}".strip()
    return ""


def _row(record: AuditRecord, about: Subject | None) -> AuditRow:
    """Return what the page prints of a record."""
    mark, words = trail_words(record.action)
    return AuditRow(
        seq=record.seq,
        at=record.at,
        actor=record.actor,
        role=record.role,
        action=record.action,
        mark=mark,
        words=words,
        is_refusal=record.action.endswith("_refused"),
        subject=record.subject,
        about=about,
        gist=_gist(record),
        reason=record.reason,
        request_id=record.request_id,
        hash=record.hash,
        prev_hash=record.prev_hash,
        lines=json_diff(record.before, record.after),
    )
