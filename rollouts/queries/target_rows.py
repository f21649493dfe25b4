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
from rollouts.models import Target, Tier
from rollouts.queries.target_state import TargetState, target_state
from rollouts.reach import keeps_modes

COUNTED = COMPARED | {Outcome.REFUSED, Outcome.DUPLICATE_ID, Outcome.MOVED}
"""Outcomes beside which the counts of routes and differences are those of the last look."""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with its state and the facts behind it.

    `was` is the state that a dead collector overrides, "" while somebody looks. `is_told` says
    whether anything tells its mode: an address, or the place where its applier keeps it; `observed`
    is the mode told last, "" before the first.
    """

    id: int
    key: str
    name: str
    url: str
    tier_id: int
    version: int
    mode: str
    observed: str
    is_told: bool
    state: str
    was: str
    is_settling: bool
    sentence: str
    is_set_aside: bool
    set_aside_reason: str
    set_aside_until: datetime | None
    set_aside_by: str
    facts: SourceFacts

    @property
    def seen_state(self) -> str:
        """Return the state by what was seen last, whether or not anybody looks now."""
        return self.was or self.state

    @property
    def hidden_routes(self) -> int:
        """Return how many routes rules hide or explain here."""
        return self.facts.hidden + self.facts.explained

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
    return Target.objects.filter(removed_at=None).select_related(
        "cluster", "tier", "rollout", "set_aside_by"
    )


def name_of(target: Target) -> str:
    """Return the name by which people know a target."""
    return target.cluster.alias if target.cluster else target.key


def target_rows(
    targets: Iterable[Target], *, now: datetime, is_watched: bool = True
) -> tuple[TargetRow, ...]:
    """Return the rows of targets in their order, with one query for all their facts.

    `is_watched` says whether any worker hands out looks: pages ask, for nobody may read "clean"
    while none does.
    """
    listed = list(targets)
    facts = source_facts(target.source_id for target in listed)
    return tuple(
        _row_of(target, facts[target.source_id], now=now, is_watched=is_watched)
        for target in listed
    )


@dataclass(frozen=True, slots=True)
class LoadedTier:
    """The targets of one tier that the fleet file names, and their rows, in the order of keys.

    A page loads them once for all that it says; `is_watched` says whether any worker hands out
    looks, as the page knows it.
    """

    targets: tuple[Target, ...]
    rows: tuple[TargetRow, ...]
    is_watched: bool


def load_tier(tier: Tier, *, now: datetime, is_watched: bool = True) -> LoadedTier:
    """Return the targets of a tier with their rows, in two queries."""
    rows = Target.objects.filter(tier=tier, removed_at=None).order_by("key")
    targets = tuple(rows.select_related("cluster", "set_aside_by"))
    for target in targets:  # known already: no join, and one object for all
        target.tier, target.rollout = tier, tier.rollout
    return LoadedTier(targets, target_rows(targets, now=now, is_watched=is_watched), is_watched)


def target_row(target: Target, *, now: datetime, is_watched: bool) -> TargetRow:
    """Return the row of one target alone."""
    (row,) = target_rows([target], now=now, is_watched=is_watched)
    return row


def _row_of(target: Target, facts: SourceFacts, *, now: datetime, is_watched: bool) -> TargetRow:
    """Return the row of one target."""
    state = target_state(
        facts, Mode(target.mode), now=now, observed=target.observed_mode, is_watched=is_watched
    )
    is_set_aside = target.set_aside_until is not None and target.set_aside_until > now
    return TargetRow(
        id=target.pk,
        key=target.key,
        name=name_of(target),
        url=reverse("target", args=[target.pk]),
        tier_id=target.tier_id,
        version=target.version,
        mode=target.mode,
        observed=target.observed_mode,
        is_told=target.read_back is not None or keeps_modes(target.rollout),
        state=state.state,
        was=state.was,
        is_settling=state.is_settling,
        sentence=_sentence(facts, state),
        is_set_aside=is_set_aside,
        set_aside_reason=target.set_aside_reason if is_set_aside else "",
        set_aside_until=target.set_aside_until if is_set_aside else None,
        set_aside_by=target.set_aside_by.username if is_set_aside and target.set_aside_by else "",
        facts=facts,
    )


def _sentence(facts: SourceFacts, state: TargetState) -> str:
    """Return what the last look said, and why that no longer holds where it does not."""
    if state.was and facts.sentence:
        return f"{state.why_stale} Seen last: {facts.sentence}"
    return f"{facts.sentence} {state.why_stale}".strip()
