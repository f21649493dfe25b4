"""What a rule would hide that its preview has not seen, and what it must not hide at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from diffs.models import Occurrence
from diffs.queries.hidden_findings import matched_now, stored_findings
from diffs.queries.rules_in_scope import ScopedSource
from diffs.rules.hiding import Hiding, hiding_of
from diffs.rules.rule import Rule
from diffs.verdicts import Verdict

WINDOW = timedelta(days=30)
MOST = 20_000
"""Findings that are laid before the rule, at most."""


class TooMany(Exception):
    """There is more than is laid before a rule while others wait."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One finding at one source, of one difference."""

    source: int
    finding: str
    difference: int


def hidden_bugs(
    rule: Rule, active: Iterable[Rule], sources: Iterable[ScopedSource], *, now: datetime
) -> tuple[int, ...]:
    """Return the differences that are judged a bug and of which a rule would hide anything.

    Seen within the last 30 days, there now or not; by the verdicts of this moment.

    Errors
        TooMany     more of them are stored than can be tried
    """
    recent = Q(resolved_at=None) | Q(last_seen_at__gte=now - WINDOW)
    rows = Occurrence.objects.filter(
        recent, variant__review__verdict=Verdict.BUG, variant__review__undone_at=None
    )
    return _hidden(rows, rule, active, sources)


def hidden_since(
    rule: Rule, active: Iterable[Rule], sources: Iterable[ScopedSource], *, since: datetime
) -> tuple[int, ...]:
    """Return the differences of what is there now, came since, and would be hidden.

    Errors
        TooMany     more came than can be tried
    """
    came = Q(first_seen_at__gt=since) | Q(confirmed_at__gt=since)
    rows = Occurrence.objects.filter(came, resolved_at=None, confirmed_at__isnull=False)
    return _hidden(rows, rule, active, sources)


def _hidden(
    rows: QuerySet[Occurrence],
    rule: Rule,
    active: Iterable[Rule],
    sources: Iterable[ScopedSource],
) -> tuple[int, ...]:
    by_id = {source.id: source for source in sources}
    found = [
        Placed(*row)
        for row in rows.filter(source_id__in=by_id, variant__isnull=False)
        .order_by("pk")
        .values_list("source_id", "finding_id", "variant__difference_id")[: MOST + 1]
    ]
    if len(found) > MOST:
        raise TooMany
    others = tuple(active)
    at: dict[int, list[Placed]] = {}
    for placed in found:
        at.setdefault(placed.source, []).append(placed)
    differences: set[int] = set()
    for source_id, here in at.items():
        source = by_id[source_id]
        hiding = hiding_of(rule, others, labels=source.labels, format_name=source.format)
        left = [placed for placed in here if placed.difference not in differences]
        differences.update(_at_one(source, hiding, left))
    return tuple(sorted(differences))


def _at_one(source: ScopedSource, hiding: Hiding, placed: list[Placed]) -> Iterator[int]:
    """Yield the differences of what is hidden at one source."""
    if hiding.needs_all:
        together = matched_now(source, hiding)
        yield from (one.difference for one in placed if together.get(one.finding))
        return
    hidden = {
        digest
        for digest, finding in stored_findings(sorted({one.finding for one in placed}))
        if hiding.hides(finding)
    }
    yield from (one.difference for one in placed if one.finding in hidden)
