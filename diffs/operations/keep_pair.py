"""Keep what a look read and compared: bodies, readings, findings, the comparison.

Flow: address -> fetch -> parse -> canonical -> compare -> *store* -> judge -> store.

Everything here is content-addressed: written once, found again by whoever reads the same. It is
written before the look's own transaction, each row or batch for itself, so that packing a body and
writing many findings holds up no other look. Nothing of it says that a look was taken: what a crash
leaves is used by a later look or forgotten. The comparison is written last, and so never names a
finding that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from diffs.looking.order import Order, Seen, SideSeen
from diffs.models import Comparison, Reading, SideState, Snapshot
from diffs.operations.begin_look import Begun
from diffs.operations.keep_findings import MOST, digest_of, keep_findings, see_again
from diffs.operations.keep_variants import keep_variants
from diffs.operations.store_body import read_again, store_body
from diffs.queries.memory import packed_digests
from diffs.report import Finding as Disagreement
from diffs.report import Report
from diffs.versions import comparer_of


@dataclass(frozen=True, slots=True)
class KeptPair:
    """The comparison's row and its findings as {digest: route id}; empty where equal.

    `unkept` counts the routes that differ as well, beyond the findings that are kept; `hidden` and
    `explained` those that rules hide or the component explains, `hits` both by rule. `variants` are
    {finding digest: variant id}, of findings that were seen before.
    """

    comparison_id: int | None
    total: int
    matched: int
    findings: dict[str, str]
    unkept: int = 0
    hidden: int = 0
    explained: int = 0
    hits: Mapping[str, int] = field(default_factory=dict)
    variants: Mapping[str, int] = field(default_factory=dict)

    @property
    def differing(self) -> int:
        """Return how many routes differ."""
        return len(self.findings) + self.unkept


@dataclass(frozen=True, slots=True)
class KeptContent:
    """What of a look is stored: the body of each side, None where it brought none, and the pair."""

    snapshots: dict[str, Snapshot | None]
    pair: KeptPair


def keep_content(begun: Begun, seen: Seen, *, now: datetime) -> KeptContent:
    """Store what a look read and compared, outside of any transaction."""
    rows = SideState.objects.filter(source_id=begun.source_id).select_related("snapshot__base")
    rows = rows.defer("lines", "snapshot__data", "snapshot__base__data")
    shown = {row.side: row.snapshot for row in rows}
    snapshots = {
        side.side.value: keep_side(begun.order, side, shown.get(side.side), now=now)
        for side in (seen.legacy, seen.shadow)
        if side is not None
    }
    pair, texts = keep_comparison(begun.order, seen, now=now)
    variants = keep_variants(
        begun.source_id,
        pair.findings,
        labels=begun.order.labels,
        format_=begun.order.format,
        texts=texts,
    )
    return KeptContent(snapshots, replace(pair, variants=variants))


def keep_side(
    order: Order, seen: SideSeen, like: Snapshot | None, *, now: datetime
) -> Snapshot | None:
    """Store one side's body and reading; None where the look brought no table from it.

    Shapes
        like    the snapshot that the side showed last
    """
    if seen.payload is None or seen.facts is None:
        return None
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


def keep_comparison(
    order: Order, seen: Seen, *, now: datetime
) -> tuple[KeptPair, dict[str, Disagreement]]:
    """Store the findings and the comparison of a pair, or name those stored before.

    Shapes
        return  the pair, and {digest: finding} of those that are at hand
    """
    if seen.stored is not None:
        stored = seen.stored
        findings = dict(stored.findings)
        see_again(stored.id, findings, now=now)
        pair = _pair(stored.id, stored.total, stored.matched, findings)
        return _ruled(pair, stored.hidden, stored.explained, stored.hits), {}
    if seen.report is None:
        total = seen.legacy.facts.routes if seen.legacy.facts else 0
        return KeptPair(None, total, total if seen.is_equal else 0, {}), {}
    return _keep_report(order, seen, seen.report, now)


def _keep_report(
    order: Order, seen: Seen, report: Report, now: datetime
) -> tuple[KeptPair, dict[str, Disagreement]]:
    """Store a comparison that was just made, with what rules made of it."""
    ruled = seen.ruled
    visible = ruled.visible if ruled else report.findings
    hidden = [each.finding for each in ruled.hidden] if ruled else []
    explained = ruled.explained if ruled else ()
    kept = [*hidden, *(each.finding for each in explained)]
    findings = keep_findings(visible[:MOST], now=now)
    comparison, _ = Comparison.objects.get_or_create(
        legacy_id=seen.legacy.sha256,
        shadow_id=seen.shadow.sha256 if seen.shadow else "",
        rules_digest=seen.rules,
        comparer=comparer_of(order.format),
        defaults={
            "total": report.total,
            "matched": report.matched,
            "findings": packed_digests(findings),
            "hidden": len(hidden),
            "explained": len(explained),
            "hidden_findings": packed_digests(keep_findings(kept[:MOST], now=now)) if kept else b"",
            "hits": dict(ruled.hits) if ruled else {},
            "explanations": {each.finding.key: each.error for each in explained[:MOST]},
            "compared_at": now,
        },
    )
    pair = _pair(comparison.id, report.total, report.matched, findings)
    texts = {digest_of(item): item for item in visible[:MOST]}
    return _ruled(pair, len(hidden), len(explained), ruled.hits if ruled else {}), texts


def _pair(comparison_id: int, total: int, matched: int, findings: dict[str, str]) -> KeptPair:
    """Return a pair that differs; what is neither matched nor kept differs as well."""
    unkept = max(0, total - matched - len(findings))
    return KeptPair(comparison_id, total, matched, findings, unkept)


def _ruled(pair: KeptPair, hidden: int, explained: int, hits: Mapping[str, int]) -> KeptPair:
    """Return the pair with what rules hide: that is neither kept here nor left over."""
    unkept = max(0, pair.unkept - hidden - explained)
    return replace(pair, unkept=unkept, hidden=hidden, explained=explained, hits=dict(hits))
