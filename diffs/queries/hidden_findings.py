"""Stored findings, laid before one rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diffs.models import Finding, Occurrence
from diffs.queries.rules_in_scope import ScopedSource
from diffs.report import Finding as Disagreement
from diffs.report import Kind
from diffs.rules.hiding import Hiding

BATCH = 500
MOST_TOGETHER = 10_000
"""Findings of one source that are matched with each other, at most."""


def stored_findings(digests: Sequence[str]) -> Iterator[tuple[str, Disagreement]]:
    """Yield stored findings with their texts, by digest; those not kept any more are left out."""
    for start in range(0, len(digests), BATCH):
        rows = Finding.objects.filter(pk__in=digests[start : start + BATCH])
        columns = ("pk", "key", "kind", "left", "right")
        for digest, key, kind, left, right in rows.values_list(*columns):
            yield digest, Disagreement(key, Kind(kind), left, right)


def matched_now(source: ScopedSource, hiding: Hiding) -> dict[str, bool]:
    """Say of what one side alone has at a source now, by digest, whether the rule pairs it."""
    rows = Occurrence.objects.filter(
        source_id=source.id,
        resolved_at=None,
        confirmed_at__isnull=False,
        finding__kind__in=[Kind.ONLY_IN_LEGACY, Kind.ONLY_IN_SHADOW],
    )
    digests = list(rows.order_by("key").values_list("finding_id", flat=True)[:MOST_TOGETHER])
    found = list(stored_findings(digests))
    hidden = hiding.hidden_among([finding for _, finding in found])
    return {digest: is_hidden for (digest, _), is_hidden in zip(found, hidden, strict=True)}
