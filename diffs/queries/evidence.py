"""What of sources goes into the evidence of a step: present differences and addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from diffs.fetch import without_secrets
from diffs.models import Occurrence, SelfTest, SourceSide
from diffs.outcomes import UNTESTED
from diffs.versions import BUILD


def present_fingerprints(source_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the digests of the confirmed differences that each source shows now, sorted."""
    rows = Occurrence.objects.filter(source_id__in=list(source_ids), resolved_at=None)
    rows = rows.exclude(confirmed_at=None)
    found: dict[int, list[str]] = defaultdict(list)
    for source_id, digest in rows.order_by("finding_id").values_list("source_id", "finding_id"):
        found[source_id].append(digest)
    return {source_id: tuple(digests) for source_id, digests in found.items()}


def addresses_of(source_ids: Iterable[int]) -> dict[int, dict[str, tuple[str, ...]]]:
    """Return {source: {side: its addresses}}, without secrets, in one query."""
    found: dict[int, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for row in SourceSide.objects.filter(source_id__in=list(source_ids)):
        found[row.source_id][row.side] = tuple(without_secrets(each) for each in row.addresses)
    return dict(found)


def why_untrusted(failure: str | None) -> str:
    """Return why this build's verdicts cannot be trusted now; "" while they can.

    Shapes
        failure     what `untrusted_because` tells; None: this build was never tested
    """
    return UNTESTED if failure is None else failure


def untrusted_because() -> QuerySet[SelfTest, Any]:
    """Return what this build's self-test found, none where none ran yet: for a subquery."""
    return SelfTest.objects.filter(build=BUILD).values("failure")
