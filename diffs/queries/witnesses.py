"""Requests that show differences, as pages tell them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from diffs.models import Witness


@dataclass(frozen=True, slots=True)
class WitnessTold:
    """What is known of one variant.

    Shapes
        sentence    "GET a.example.org/x → legacy: …, shadow: …", or "no witness built: …"
        request     method, address and headers of the request, one a line; "" where none was built
        cluster     in whose tables it was found
    """

    sentence: str
    request: str
    is_built: bool
    cluster: str
    at: datetime


def witnesses_of(variant_ids: Collection[int]) -> dict[int, WitnessTold]:
    """Return {variant id: its witness} of those that were tried."""
    rows = Witness.objects.filter(variant_id__in=variant_ids).select_related("source")
    return {
        row.variant_id: WitnessTold(
            row.sentence,
            _request(row),
            row.is_built,
            str(row.source.labels.get("cluster", "")),
            row.at,
        )
        for row in rows
    }


def _request(row: Witness) -> str:
    if not row.is_built:
        return ""
    headers = [f"{name}: {value}" for name, value in row.headers]
    return "\n".join([f"{row.method} {row.host}{row.path}", *headers])
