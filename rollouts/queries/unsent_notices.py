"""Notices that people did not get: those given up lately, and those that wait for too long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Max, Q, QuerySet, Value, When

from ledger.models import Outbox
from rollouts.notifiers import NOTIFIERS

KINDS = ("promotion_notice", "notice", *(f"notice_by_{kind}" for kind in NOTIFIERS))
"""Kinds of duties that end in a message; rollouts.operations.send_notices writes them."""

WAITS_LONG = timedelta(minutes=2)
SHOWN_FOR = timedelta(days=2)
"""How long what was given up stays over every page."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """How many notices were given up and how many wait, and why one of them does."""

    given_up: int
    waiting: int
    problem: str

    @property
    def sentence(self) -> str:
        """Say it in a sentence; "" where everything was sent."""
        parts = [
            f"{_notices(self.given_up)} could not be sent" if self.given_up else "",
            f"{_notices(self.waiting)} waiting to be sent" if self.waiting else "",
        ]
        words = ", ".join(part for part in parts if part)
        return f"{words}. {self.problem or 'No worker takes them up.'}" if words else ""


def unsent_counts(*, now: datetime) -> QuerySet[Outbox, tuple[str, int, str]]:
    """Return rows (what, count, a problem), what being "lost" or "late"; none where all is well.

    A query to be read by `unsent_of`, perhaps with others in one: every page asks it.
    """
    is_late = Q(next_at__isnull=False, created_at__lte=now - WAITS_LONG)
    is_lost = Q(next_at=None, created_at__gt=now - SHOWN_FOR)
    rows = Outbox.objects.filter(is_late | is_lost, kind__in=KINDS, done_at=None)
    what = Case(When(next_at=None, then=Value("lost")), default=Value("late"))
    grouped = rows.annotate(what=what).order_by().values("what")
    counted = grouped.annotate(count=Count("pk"), why=Max("last_problem"))
    return counted.values_list("what", "count", "why")


def unsent_of(rows: Iterable[tuple[str, int, str]]) -> Unsent:
    """Return what such rows say."""
    found = {what: (count, why) for what, count, why in rows}
    lost, late = found.get("lost", (0, "")), found.get("late", (0, ""))
    return Unsent(lost[0], late[0], late[1] or lost[1])


def _notices(count: int) -> str:
    return "1 notice" if count == 1 else f"{count:,} notices"
