"""Keep findings: both texts of every route that differed, stored once wherever they are seen.

Theory. Two large tables may differ in every route. Findings are named by what they say, so they are
written in short transactions of their own before anything names them: on SQLite, which has one
writer, the others get their turn between two batches. What a crash leaves is found again by the
next look that sees the same, or forgotten as any finding that nobody sees any more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from diffs.models import Comparison, Finding
from diffs.operations.store_body import FRESH
from diffs.queries.memory import unpacked_digests
from diffs.report import Finding as Disagreement

BATCH = 500
"""Rows of one transaction."""

MOST = 5_000
"""Findings kept of one comparison: nobody reads more of them, and two tables that have little in
common would leave as many at every look. How many routes differ in truth, the comparison says."""

Item = TypeVar("Item")


def digest_of(item: Disagreement) -> str:
    """Return the 32 hex that name a finding: its route id, kind and both texts, before any rule."""
    text = "\0".join((item.key, item.kind, item.left, item.right))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def keep_findings(items: Collection[Disagreement], *, now: datetime) -> dict[str, str]:
    """Write findings that are new, say of the others that they were seen; return {digest: key}."""
    named = {digest_of(item): item for item in items}
    for digests in _batches(sorted(named)):  # whoever writes the same ones locks in one order
        fresh = _seen_lately(digests, now)
        _write([_row(d, named[d], now) for d in digests if d not in fresh])
    return {digest: item.key for digest, item in named.items()}


def see_again(comparison_id: int, digests: Collection[str], *, now: datetime) -> None:
    """Say, once an hour, that a comparison made before and its findings still stand.

    Once an hour is enough for every retention, and looks at equal pairs do not wait for each other.
    The comparison is written last: until its findings are all seen again, the next look tries.
    """
    stale = Comparison.objects.filter(pk=comparison_id, compared_at__lte=now - FRESH)
    if not stale.exists():
        return
    hidden = stale.values_list("hidden_findings", flat=True).first()
    everything = {*digests, *(unpacked_digests(bytes(hidden)) if hidden else ())}
    for batch in _batches(sorted(everything)):
        Finding.objects.filter(pk__in=batch).update(last_seen_at=now)
    stale.update(compared_at=now)


def _seen_lately(digests: Sequence[str], now: datetime) -> set[str]:
    """Return which findings are stored and were seen so lately that they need not be written."""
    rows = Finding.objects.filter(pk__in=digests, last_seen_at__gt=now - FRESH)
    return set(rows.values_list("pk", flat=True))


def _row(digest: str, item: Disagreement, now: datetime) -> Finding:
    return Finding(
        digest=digest,
        key=item.key,
        kind=item.kind,
        left=item.left,
        right=item.right,
        last_seen_at=now,
    )


def _write(rows: list[Finding]) -> None:
    """Write one batch."""
    Finding.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["last_seen_at"], unique_fields=["digest"]
    )


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut a sequence into batches."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
