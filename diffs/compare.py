"""Compare two canonical tables.

Flow: address -> fetch -> parse -> canonical -> *compare* -> report -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from diffs.report import Finding, Kind, Report
from diffs.table import Refusal, Table


class EmptyTable(ValueError):
    """The table in service holds no route, so agreement with it means nothing."""


def compare(legacy: Table, shadow: Table) -> Report:
    """Say on which routes two tables disagree, and how large a share agrees.

    One id gets one finding: refused before duplicate id before missing before changed. A refused
    place without an id of its own is named by its line.

    Shapes
        legacy  n >= 1 routes
        shadow  m >= 0 routes of the same format
        return  Report over the union of ids, findings in the order of their ids; the text of a
                side is "" where it has no good route of that id

    Units
        total, matched  count of route ids
        match_rate      share, 0.0 to 1.0

    Errors
        EmptyTable      n == 0. A broken endpoint answers with nothing, and two
                        broken endpoints would otherwise agree completely.
    """
    if not legacy.routes:
        raise EmptyTable("the table in service holds no route")

    refused = {_name(refusal) for table in (legacy, shadow) for refusal in table.refusals}
    duplicate = {*legacy.duplicates, *shadow.duplicates}
    left, right = legacy.digests, shadow.digests
    changed = {key for key, digest in left.items() if right.get(key) != digest}
    changed.update(right.keys() - left.keys())
    found = (
        _finding(key, legacy, shadow, _standing(key, refused, duplicate))
        for key in sorted(refused | duplicate | changed)
    )
    findings = tuple(finding for finding in found if finding is not None)
    total = len(left.keys() | right.keys() | refused)
    return Report(total=total, matched=total - len(findings), findings=findings)


def _name(refusal: Refusal) -> str:
    return refusal.key or f"line {refusal.line}"


def _standing(key: str, refused: set[str], duplicate: set[str]) -> Kind | None:
    """Return the kind that the id has whatever the texts say, or None."""
    if key in refused:
        return Kind.REFUSED
    return Kind.DUPLICATE_ID if key in duplicate else None


def _finding(key: str, legacy: Table, shadow: Table, kind: Kind | None) -> Finding | None:
    """Return what differs; None where it is within what the format tolerates."""
    if kind is None and key in legacy.digests and key in shadow.digests:
        one, other = legacy.raw(key)[0], shadow.raw(key)[0]
        left, right = legacy.voice.settled(one, other, other=shadow.voice)
        return Finding(key, legacy.voice.kind(left, right), left, right) if left != right else None
    left = legacy.text(key) if key in legacy.digests else ""
    right = shadow.text(key) if key in shadow.digests else ""
    if kind is None:
        kind = Kind.ONLY_IN_LEGACY if left else Kind.ONLY_IN_SHADOW
    return Finding(key, kind, left, right)
