"""What rules, names over the fleet and storing cost beside the comparison itself.

Measured in a database of its own, of the kind that the settings name, thrown away afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from diffs.benchmark.make_tables import tables
from diffs.benchmark.measures import ESKIP, Row
from diffs.compare import compare
from diffs.formats.eskip import lines
from diffs.models import Comparison, Difference, Finding, Occurrence, Source, SourceState, Variant
from diffs.operations import keep_variants as naming
from diffs.operations.keep_findings import digest_of, keep_findings
from diffs.operations.keep_occurrences import keep_occurrences
from diffs.operations.keep_variants import keep_variants
from diffs.operations.refresh_differences import refresh_differences
from diffs.report import Finding as Disagreement
from diffs.report import Report
from diffs.rules.apply import Context, apply_rules
from diffs.rules.outcome import MEMORY
from diffs.rules.rule import Rule, read_rule

DIFFERING = 10
"""One route in so many differs."""
GROUPED_RATIO = 2.0
LABELS: dict[str, str | int] = {"rollout": "routesrv", "cluster": "kube-1", "target": "kube-1"}
RULES: tuple[dict[str, object], ...] = (
    {"kind": "ignore-zone"},
    {"kind": "keep-last", "options": {"names": ["fifo"]}},
    {"kind": "ignore-id", "side": "legacy", "options": {"pattern": {"glob": "kubeew_*"}}},
)


@contextmanager
def throwaway_database() -> Iterator[None]:
    """Work in a new database, and drop it."""
    name = connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def measure_grouping(routes: int, repeats: int, *, now: datetime) -> Iterator[Row]:
    """Measure a pair of which one route in ten differs: compared, then ruled, named and stored."""
    sides = [text.encode() for text in tables(routes, routes // DIFFERING)[:2]]
    plain = min(_seconds(lambda: _compare(sides)) for _ in range(repeats))
    report = _compare(sides)
    rules = [read_rule(str(place), content) for place, content in enumerate(RULES, start=1)]
    more = min(_store(report, rules, now) for _ in range(repeats))
    ratio = (plain + more) / plain
    count = len(report.findings)
    yield Row(
        f"{count} differences ruled, named and stored",
        f"{plain + more:.3f} s, comparing {plain:.3f} s",
        f"{ratio:.2f}",
        f"at most {GROUPED_RATIO:.0f} x the plain comparison",
        ratio <= GROUPED_RATIO,
    )


def _compare(sides: list[bytes]) -> Report:
    lines.forget()
    return compare(*(ESKIP.read(side) for side in sides))


def _store(report: Report, rules: list[Rule], now: datetime) -> float:
    """Rule, name and store as two looks do of which the second believes; return the seconds."""
    for model in (Occurrence, Variant, Difference, Finding, Comparison, SourceState, Source):
        model.objects.all().delete()
    MEMORY.clear()
    naming.MEMORY.clear()
    source = Source.objects.create(labels=LABELS, format="eskip", interval_seconds=60, reads="both")

    def work() -> None:
        context = Context(LABELS)
        visible = apply_rules(report.findings, rules, context=context).visible
        findings = keep_findings(visible, now=now)
        texts = {digest_of(each): each for each in visible}
        _look(source, findings, texts, 1, now)
        _look(source, findings, {}, 2, now)  # the pair is known by then, and its findings as well

    seconds = _seconds(work)
    refresh_differences(now=now)
    return seconds


def _look(
    source: Source,
    findings: dict[str, str],
    texts: dict[str, Disagreement],
    number: int,
    now: datetime,
) -> None:
    """Keep what one look found; the second one believes it."""
    variants = keep_variants(source.pk, findings, labels=source.labels, format_=ESKIP, texts=texts)
    with transaction.atomic():
        keep_occurrences(
            source.pk,
            findings,
            confirmed=set(findings) if number > 1 else (),
            now=now,
            look=number,
            variants=variants,
        )


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
