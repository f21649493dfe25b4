"""Which sources a rule is about, and how it stands to the rules that are active there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256

from diffs.models import Source
from diffs.rules.rule import Rule
from diffs.rules.rule_set import Labels


@dataclass(frozen=True, slots=True)
class ScopedSource:
    """A source for which a rule holds."""

    id: int
    labels: Labels
    format: str


def sources_in_scope(rule: Rule) -> tuple[ScopedSource, ...]:
    """Return the sources for which a rule holds, by id."""
    rows = Source.objects.order_by("pk").values_list("pk", "labels", "format")
    return tuple(
        ScopedSource(pk, labels, format_name)
        for pk, labels, format_name in rows
        if applies(rule, labels, format_name)
    )


def applies(rule: Rule, labels: Labels, format_name: str) -> bool:
    """Say whether a rule does anything at a source."""
    formats = rule.what.formats
    return rule.scope.covers(labels) and (not formats or format_name in formats)


def beside(rule: Rule, active: Iterable[Rule], sources: Collection[ScopedSource]) -> list[str]:
    """Return the ids of the active rules that hold at any of these sources, but its own."""
    return sorted(
        other.id
        for other in active
        if other.id != rule.id
        and any(applies(other, source.labels, source.format) for source in sources)
    )


def digest_of(rule: Rule) -> str:
    """Return 64 hex that stand for what a rule says, its id included."""
    return sha256(rule.to_json().encode()).hexdigest()
