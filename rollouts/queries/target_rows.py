"""One row a target, as lists of targets print it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from diffs.outcomes import COMPARED, Outcome
from diffs.queries.standings import SourceFacts, source_facts
from rollouts.machine import Mode
from rollouts.models import Target
from rollouts.queries.target_state import target_state

COUNTED = COMPARED | {Outcome.REFUSED, Outcome.DUPLICATE_ID, Outcome.MOVED}
"""Outcomes beside which the counts of routes and differences are those of the last look."""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with its state and the facts behind it."""

    id: int
    key: str
    name: str
    url: str
    tier_id: int
    version: int
    mode: str
    state: str
    is_settling: bool
    sentence: str
    is_set_aside: bool
    set_aside_reason: str
    set_aside_until: datetime | None
    facts: SourceFacts

    @property
    def is_compared(self) -> bool:
        """Say whether the last look compared two whole tables; else its counts are older."""
        return self.facts.outcome in COUNTED

    @property
    def was_compared(self) -> bool:
        """Say whether any look did."""
        return self.facts.total > 0


def living_targets() -> QuerySet[Target]:
    """Return the targets that the fleet file names, with what their rows need."""
    return Target.objects.filter(removed_at=None).select_related("cluster", "tier", "rollout")


def target_rows(targets: Iterable[Target], *, now: datetime) -> tuple[TargetRow, ...]:
    """Return the rows of targets in their order, with one query for all their facts."""
    listed = list(targets)
    facts = source_facts(target.source_id for target in listed)
    return tuple(row_of(target, facts[target.source_id], now=now) for target in listed)


def row_of(target: Target, facts: SourceFacts, *, now: datetime) -> TargetRow:
    """Return the row of one target."""
    state = target_state(facts, Mode(target.mode), now=now, observed=target.observed_mode)
    is_set_aside = target.set_aside_until is not None and target.set_aside_until > now
    sentence = f"{facts.sentence} {state.why_stale}".strip() if state.why_stale else facts.sentence
    return TargetRow(
        id=target.pk,
        key=target.key,
        name=target.cluster.alias if target.cluster else target.key,
        url=reverse("target", args=[target.pk]),
        tier_id=target.tier_id,
        version=target.version,
        mode=target.mode,
        state=state.state,
        is_settling=state.is_settling,
        sentence=sentence,
        is_set_aside=is_set_aside,
        set_aside_reason=target.set_aside_reason if is_set_aside else "",
        set_aside_until=target.set_aside_until if is_set_aside else None,
        facts=facts,
    )
