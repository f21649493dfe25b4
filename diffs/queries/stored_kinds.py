"""What is stored, kind by kind, and by which rule each kind is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Model, Q

from diffs import models as rows
from diffs import retention
from ledger import outbox
from ledger.models import AuditRecord, Outbox


@dataclass(frozen=True, slots=True)
class StoredKind:
    """Rows of one model that are kept by one rule.

    Shapes
        column      what of a row is counted, where a table holds more than one kind; "": all of it
        only        which rows of the table
        seen        the column that orders them by age; "" where rows have none
        is_written  whether `seen` is when a row was written, and so tells what is new
    """

    name: str
    model: type[Model]
    rule: str
    column: str = ""
    only: Q | None = None
    seen: str = ""
    is_written: bool = True


def _words(time: timedelta) -> str:
    """Return a retention in words: "90 days", "a day", "6 hours"."""
    if time.days == 1:
        return "a day"
    return f"{time.days} days" if time.days else f"{time.seconds // 3600} hours"


BODIES = (
    f"the latest of each side; {_words(retention.BODIES_OF_DIFFERENCES)} where a look was not"
    f" equal; the first of a day {_words(retention.DAILY_BODIES)}; those that a promotion names"
    " for ever;"
    f" else {_words(retention.OTHER_BODIES)} after it was last read"
)
KINDS = (
    StoredKind("bodies, whole", rows.Snapshot, BODIES, "data", Q(base=None), seen="stored_at"),
    StoredKind(
        "bodies, as patches",
        rows.Snapshot,
        "as above; a whole one as long as patches stand on it",
        "data",
        Q(base__isnull=False),
        seen="stored_at",
    ),
    StoredKind(
        "bodies of a day",
        rows.DailyBody,
        f"{_words(retention.DAILY_BODIES)}: names the first of each day",
        seen="day",
    ),
    StoredKind(
        "bodies that promotions name",
        rows.KeptBody,
        "for ever: names the tables that stood when somebody asked or approved",
        seen="at",
    ),
    StoredKind("readings", rows.Reading, "as long as their body"),
    StoredKind(
        "comparisons",
        rows.Comparison,
        f"{_words(retention.COMPARISONS)} after a look came to it, longer where a span names it,"
        " and never longer than its bodies",
        seen="compared_at",
        is_written=False,
    ),
    StoredKind(
        "findings",
        rows.Finding,
        f"{_words(retention.FINDINGS)} after it was last seen, and while an occurrence shows it",
        seen="last_seen_at",
        is_written=False,
    ),
    StoredKind(
        "occurrences",
        rows.Occurrence,
        f"{_words(retention.FINDINGS)} after it ended;"
        f" {_words(retention.PASSING_OCCURRENCES)} where it never was confirmed",
        seen="first_seen_at",
    ),
    StoredKind(
        "variants",
        rows.Variant,
        f"{_words(retention.FRESH_NAMES)}, then while an occurrence shows it; for ever once"
        " reviewed",
        seen="named_at",
    ),
    StoredKind("witnesses", rows.Witness, "as long as their variant", seen="at"),
    StoredKind(
        "differences",
        rows.Difference,
        f"{_words(retention.DIFFERENCES)} after it was gone; for ever once people spoke of it",
        seen="named_at",
    ),
    StoredKind("reviews", rows.Review, "for ever", seen="at"),
    StoredKind("previews of rules", rows.RulePreview, "for ever, as their rule", seen="started_at"),
    StoredKind(
        "spans",
        rows.OutcomeSpan,
        f"{_words(retention.SPANS)} after it ended; the latest {retention.LATEST_SPANS} of a source"
        " for ever",
        seen="began_at",
    ),
    StoredKind(
        "hour rollups",
        rows.HourRollup,
        f"{_words(retention.HOURS)}, then added up into a day",
        seen="hour",
    ),
    StoredKind("day rollups", rows.DayRollup, "for ever", seen="day"),
    StoredKind(
        "pods behind sides",
        rows.PodSighting,
        f"{_words(retention.PODS)} after it was seen last",
        seen="seen_at",
        is_written=False,
    ),
    StoredKind("line indices", rows.SideState, "the latest of each side", "lines"),
    StoredKind("states of sources", rows.SourceState, "one row a source, for ever"),
    StoredKind("audit records", AuditRecord, "for ever", seen="at"),
    StoredKind(
        "outbox",
        Outbox,
        f"{_words(outbox.KEPT)} after it was done or given up",
        seen="created_at",
    ),
)
"""Every kind that grows. What is not listed is counted by its app."""
