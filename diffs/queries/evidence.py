"""What of sources goes into the evidence of a step: present differences and addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from diffs.fetch import without_secrets
from diffs.models import Occurrence, SelfTest, SourceSide
from diffs.outcomes import UNTESTED
from diffs.queries.expected import given_of
from diffs.verdicts import Verdict, in_force
from diffs.versions import BUILD


def present_verdicts(source_ids: Iterable[int], *, now: datetime) -> dict[int, dict[str, Verdict]]:
    """Return {source: {difference: the verdict in force there}} of all that is believed now.

    A difference goes by its exact fingerprint; by its finding's digest until it has one, and then
    nobody can have said anything of it.
    """
    listed = list(source_ids)
    rows = Occurrence.objects.filter(source_id__in=listed, resolved_at=None)
    rows = rows.exclude(confirmed_at=None).order_by("finding_id")
    columns = ("source_id", "finding_id", "variant_id", "variant__exact", "source__labels")
    found: dict[int, dict[str, Verdict]] = defaultdict(dict)
    present = list(rows.values_list(*columns))
    given = given_of({variant for _, _, variant, _, _ in present if variant is not None})
    for source_id, digest, variant, exact, labels in present:
        target = str(labels.get("target", ""))
        found[source_id][exact or digest] = in_force(given.get(variant), target=target, now=now)
    return dict(found)


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
