"""Find out what a rule would have done, over the stored findings of the last 30 days.

Flow: draft → *preview* → activate.

Theory. The result is a function of rows that only looks write, so a worker that was killed leaves
nothing to mend: whoever takes the preview next begins anew. It is read source by source in batches;
between batches the worker writes how far it is, under its claim, and finds out there whether it was
cancelled or given to another. What was worked out of a finding is kept for the other sources that
have it: texts are read about once, and memory goes with the texts of one batch.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db.models import Q, QuerySet

from diffs.models import Occurrence, PreviewState, RulePreview
from diffs.models.preview import UNENDED
from diffs.operations.claim_previews import CLAIM_SECONDS
from diffs.queries.active_rules import active_rules
from diffs.queries.hidden_findings import matched_now, stored_findings
from diffs.queries.preview_result import preview_result
from diffs.queries.rules_in_scope import ScopedSource, beside, sources_in_scope
from diffs.rules.hiding import Hiding, hiding_of
from diffs.rules.rule import Rule, read_rule
from diffs.rules.tally import Seen, Tally
from ledger.clock import database_now

WINDOW = timedelta(days=30)
BATCH = 500
MOST_REMEMBERED = 200_000
TOLD_EVERY_SECONDS = 0.5
BROKEN = "It stopped on an error of its own: {}. Start it again; if it fails again, see the log."

log = structlog.get_logger(__name__)


class Lost(Exception):
    """The preview was cancelled, or another worker has it."""


@dataclass(slots=True)
class _Run:
    """One worker's way through a preview: what it holds, and how far it is."""

    preview_id: int
    claim: str
    rule: Rule
    active: tuple[Rule, ...]
    sources: tuple[ScopedSource, ...]
    began_at: datetime
    tally: Tally
    known: dict[tuple[str, str], bool] = field(default_factory=dict)
    done: int = 0
    told_at: float = 0.0

    def write(self, **columns: object) -> None:
        """Write under the claim, and renew it.

        Errors
            Lost    it holds no more
        """
        now = database_now()
        until = now + timedelta(seconds=CLAIM_SECONDS)
        mine = RulePreview.objects.filter(pk=self.preview_id, claim=self.claim, state__in=UNENDED)
        if not mine.update(done=self.done, claimed_until=until, **columns):
            raise Lost
        self.told_at = time.monotonic()

    def tell(self, count: int) -> None:
        """Count a batch as done, and write it where that was not done just now."""
        self.done += count
        if time.monotonic() - self.told_at >= TOLD_EVERY_SECONDS:
            self.write()


def run_preview(preview_id: int, claim: str) -> str:
    """Work on a claimed preview until its end; return the state it comes to, or "lost"."""
    row = RulePreview.objects.select_related("rule").filter(pk=preview_id, claim=claim).first()
    if row is None:
        return "lost"
    try:
        run = _begin(row)
        try:
            _work(run)
        except Exception as error:
            if isinstance(error, Lost):
                raise
            log.exception("preview_broke", preview=preview_id)
            problem = BROKEN.format(type(error).__name__)
            run.write(state=PreviewState.FAILED, ended_at=database_now(), problem=problem)
            return str(PreviewState.FAILED)
    except Lost:
        return "lost"
    return str(PreviewState.DONE)


def _begin(row: RulePreview) -> _Run:
    """Return a run from the beginning, written as begun."""
    now = database_now()
    rule = read_rule(str(row.rule_id), row.rule.content)
    sources = sources_in_scope(rule)
    run = _Run(
        preview_id=row.pk,
        claim=row.claim,
        rule=rule,
        active=active_rules(now=now),
        sources=sources,
        began_at=now,
        tally=Tally(seed=str(row.pk)),
    )
    total = sum(_stored(source, now).count() for source in sources)
    run.write(state=PreviewState.RUNNING, began_at=now, total=total)
    return run


def _work(run: _Run) -> None:
    for source in run.sources:
        hiding = hiding_of(run.rule, run.active, labels=source.labels, format_name=source.format)
        together = matched_now(source, hiding) if hiding.needs_all else {}
        for batch in _batches(_stored(source, run.began_at)):
            hidden = _hidden(batch, hiding, together, run)
            for seen in batch:
                run.tally.add(seen, is_hidden=seen.occurrence in hidden)
            run.tell(len(batch))
    result = preview_result(
        run.rule,
        run.tally,
        sources=run.sources,
        beside=beside(run.rule, run.active, run.sources),
    )
    run.write(state=PreviewState.DONE, ended_at=database_now(), result=result)


def _stored(source: ScopedSource, now: datetime) -> QuerySet[Occurrence]:
    """Return what was seen at a source within the window."""
    recent = Q(resolved_at=None) | Q(last_seen_at__gte=now - WINDOW)
    return Occurrence.objects.filter(recent, source_id=source.id)


def _batches(rows: QuerySet[Occurrence]) -> Iterator[list[Seen]]:
    """Yield the rows of a source in batches, in the order of their ids."""
    told = rows.order_by("pk").values_list(
        "pk", "source_id", "finding_id", "key", "finding__kind", "variant__difference_id",
        "variant_id", "resolved_at", "confirmed_at",
    )  # fmt: skip
    last = 0
    while True:
        found = list(told.filter(pk__gt=last)[:BATCH])
        if not found:
            return
        yield [
            Seen(pk, source, finding, key, kind, difference, variant, not gone and bool(since))
            for pk, source, finding, key, kind, difference, variant, gone, since in found
        ]
        last = found[-1][0]


def _hidden(
    batch: Sequence[Seen], hiding: Hiding, together: dict[str, bool], run: _Run
) -> set[int]:
    """Return the ids of those occurrences of a batch that are hidden."""
    if hiding.is_unforeseen:
        return set()
    if hiding.needs_all:
        there = (seen for seen in batch if seen.is_present)
        return {seen.occurrence for seen in there if together.get(seen.finding)}
    if len(run.known) > MOST_REMEMBERED:
        run.known.clear()
    key, known = hiding.key, run.known
    unknown = {seen.finding for seen in batch if (key, seen.finding) not in known}
    for digest, finding in stored_findings(sorted(unknown)):
        known[key, digest] = hiding.hides(finding)
    return {seen.occurrence for seen in batch if known.get((key, seen.finding))}
