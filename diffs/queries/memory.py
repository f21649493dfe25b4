"""What earlier looks stored, for the look that is under way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import zstandard

from diffs import bodies
from diffs.line_index import LineIndex
from diffs.looking.order import Facts, StoredReport
from diffs.models import Comparison, Finding, Reading, SideState, Snapshot
from diffs.table import Refusal

DIGEST_BYTES = 16
BATCH = 500


class StoredMemory:
    """Answers from the database, for one format's reader and one comparer."""

    def __init__(self, *, reader: str, comparer: str) -> None:
        self.reader = reader
        self.comparer = comparer

    def body(self, sha256: str) -> bytes | None:
        """Return a stored body, whole."""
        return stored_body(sha256)

    def facts(self, sha256: str) -> Facts | None:
        """Return what this reader made of a body, if it ever read it."""
        row = Reading.objects.filter(snapshot_id=sha256, reader=self.reader).first()
        if row is None:
            return None
        refusals = tuple(
            Refusal(**{**refusal, "digest": bytes.fromhex(refusal["digest"])})
            for refusal in row.refusals
        )
        return Facts(row.routes, row.digest, refusals, tuple(row.duplicates))

    def lines(self, sha256: str) -> LineIndex | None:
        """Return the lines of a body that some side, of whatever source, shows now."""
        rows = SideState.objects.filter(snapshot_id=sha256).exclude(lines=b"")
        row = rows.only("lines").first()
        return unpacked_lines(bytes(row.lines), reader=self.reader) if row else None

    def report(self, legacy: str, shadow: str, *, rules: str) -> StoredReport | None:
        """Return the comparison of two bodies under these rules, if it was ever made."""
        rows = Comparison.objects.filter(legacy_id=legacy, shadow_id=shadow, rules_digest=rules)
        row = rows.filter(comparer=self.comparer).defer("hidden_findings", "explanations").first()
        if row is None:
            return None
        digests = unpacked_digests(bytes(row.findings))
        keys = _keys_of(digests)
        if len(keys) < len(digests):  # a finding was pruned: compare again rather than know less
            return None
        return StoredReport(
            row.id, row.total, row.matched, keys, row.hidden, row.explained, row.hits
        )


def stored_body(sha256: str) -> bytes | None:
    """Return a stored body by the sha256 of its bytes; None where it is not kept."""
    row = Snapshot.objects.filter(pk=sha256).select_related("base").first()
    if row is None:
        return None
    base = bodies.unpack(bytes(row.base.data)) if row.base else None
    return bodies.unpack(bytes(row.data), base=base)


def stored_pieces(sha256: str) -> Iterator[bytes] | None:
    """Return a stored body piece by piece; None where it is not kept."""
    row = Snapshot.objects.filter(pk=sha256).select_related("base").first()
    if row is None:
        return None
    base = bodies.unpack(bytes(row.base.data)) if row.base else None
    return bodies.unpacked_pieces(bytes(row.data), base=base)


def _keys_of(digests: list[str]) -> dict[str, str]:
    """Return the route ids of findings by their digests, without those that are not kept."""
    found: dict[str, str] = {}
    for start in range(0, len(digests), BATCH):
        rows = Finding.objects.filter(pk__in=digests[start : start + BATCH])
        found.update(rows.values_list("digest", "key"))
    return found


def unpacked_lines(data: bytes, *, reader: str) -> LineIndex | None:
    """Return the lines kept beside a side; None where there are none or another reader's."""
    lines = LineIndex.from_bytes(zstandard.decompress(data)) if data else None
    return lines if lines is not None and lines.label == reader else None


def packed_digests(digests: Iterable[str]) -> bytes:
    """Return finding digests (32 hex each) as they are kept in a comparison."""
    return zstandard.compress(b"".join(bytes.fromhex(digest) for digest in digests))


def unpacked_digests(data: bytes) -> list[str]:
    """Return the finding digests of a comparison, in the order of their keys."""
    raw = zstandard.decompress(data)
    return [raw[at : at + DIGEST_BYTES].hex() for at in range(0, len(raw), DIGEST_BYTES)]
