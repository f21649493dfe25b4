"""Keep what a look read and compared: bodies, readings, findings, the comparison.

Part of the look's transaction. Everything here is content-addressed: written once, found again by
whoever reads the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from diffs.looking.order import Order, Seen, SideSeen
from diffs.models import Comparison, Finding, Reading, SideState, Snapshot
from diffs.operations.store_body import FRESH, read_again, store_body
from diffs.queries.memory import packed_digests
from diffs.report import Finding as Disagreement
from diffs.versions import NO_RULES, comparer_of

BATCH = 500


@dataclass(frozen=True, slots=True)
class KeptPair:
    """The comparison's row and its findings as {digest: route id}; empty where equal."""

    comparison_id: int | None
    total: int
    matched: int
    findings: dict[str, str]


def keep_side(
    order: Order, seen: SideSeen, state: SideState | None, *, now: datetime
) -> Snapshot | None:
    """Store one side's body and reading; None where the look brought no table from it."""
    if seen.payload is None or seen.facts is None:
        return None
    like = state.snapshot if state else None
    if seen.payload.not_modified:
        read_again(seen.sha256, now=now)
        return Snapshot.objects.defer("data").get(pk=seen.sha256)
    snapshot = store_body(seen.sha256, seen.payload.body, like=like, now=now)
    if order.is_untrusted:  # what a doubtful reader made of it is not kept for others
        return snapshot
    Reading.objects.get_or_create(
        snapshot=snapshot,
        reader=order.format.label,
        defaults={
            "routes": seen.facts.routes,
            "digest": seen.facts.digest,
            "refusals": [
                {**asdict(refusal), "digest": refusal.digest.hex()}
                for refusal in seen.facts.refusals
            ],
            "duplicates": list(seen.facts.duplicates),
        },
    )
    return snapshot


def keep_comparison(order: Order, seen: Seen, *, now: datetime) -> KeptPair:
    """Store the findings and the comparison of a pair, or name those stored before."""
    if seen.stored is not None:
        findings = dict(seen.stored.findings)
        _see_again(seen.stored.id, findings, now)
        return KeptPair(seen.stored.id, seen.stored.total, seen.stored.matched, findings)
    if seen.report is None:
        total = seen.legacy.facts.routes if seen.legacy.facts else 0
        return KeptPair(None, total, total if seen.is_equal else 0, {})

    findings = {digest_of(item): item.key for item in seen.report.findings}
    _keep_findings(seen.report.findings, now)
    comparison, _ = Comparison.objects.get_or_create(
        legacy_id=seen.legacy.sha256,
        shadow_id=seen.shadow.sha256 if seen.shadow else "",
        rules_digest=NO_RULES,
        comparer=comparer_of(order.format),
        defaults={
            "total": seen.report.total,
            "matched": seen.report.matched,
            "findings": packed_digests(findings),
            "compared_at": now,
        },
    )
    return KeptPair(comparison.id, seen.report.total, seen.report.matched, findings)


def _see_again(comparison_id: int, findings: Mapping[str, str], now: datetime) -> None:
    """Say, once an hour, that a comparison made before and its findings still stand.

    Once an hour is enough for every retention, and looks at equal pairs do not wait for each other.
    """
    stale = Comparison.objects.filter(pk=comparison_id, compared_at__lte=now - FRESH)
    if not stale.update(compared_at=now):
        return
    digests = sorted(findings)
    for start in range(0, len(digests), BATCH):
        rows = Finding.objects.filter(pk__in=digests[start : start + BATCH])
        rows.update(last_seen_at=now)


def digest_of(item: Disagreement) -> str:
    """Return the 32 hex that name a finding: its route id, kind and both texts, before any rule."""
    text = "\0".join((item.key, item.kind, item.left, item.right))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _keep_findings(items: Iterable[Disagreement], now: datetime) -> None:
    """Write the findings that are new, and say of the others that they were seen."""
    rows = [
        Finding(
            digest=digest_of(item),
            key=item.key,
            kind=item.kind,
            left=item.left,
            right=item.right,
            last_seen_at=now,
        )
        for item in sorted(items, key=digest_of)  # whoever writes the same ones locks in one order
    ]
    Finding.objects.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=["last_seen_at"],
        unique_fields=["digest"],
        batch_size=BATCH,
    )
