"""How many routes each rule hides or explains now, by what the last looks counted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from diffs.models import SourceState


@dataclass(frozen=True, slots=True)
class Hits:
    """What one rule does now: over how many sources, and of how many routes."""

    routes: int = 0
    sources: int = 0


def rule_hits(source_ids: Collection[int] | None = None) -> dict[str, Hits]:
    """Return {rule id: hits} over all sources, or over these; a rule that hits nothing is missing.

    A route counts at each source, and for each of the rules that it takes to hide it.
    """
    rows = SourceState.objects.exclude(hits={})
    if source_ids is not None:
        rows = rows.filter(source_id__in=source_ids)
    routes: dict[str, int] = {}
    sources: dict[str, int] = {}
    for hits in rows.values_list("hits", flat=True):
        for rule, count in hits.items():
            if count:
                routes[rule] = routes.get(rule, 0) + count
                sources[rule] = sources.get(rule, 0) + 1
    return {rule: Hits(routes[rule], sources[rule]) for rule in routes}
