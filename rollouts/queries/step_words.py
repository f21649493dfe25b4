"""What keeps a step shut, in a few words, from the facts and judgements of its gates. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rollouts.gates import Facts, Judgement
from rollouts.gates.facts import EarlierTier
from rollouts.gates.naming import counted, listed, span_left
from rollouts.machine import Mode
from rollouts.queries.target_rows import TargetRow

TIME_ALONE = frozenset({"soak", "order"})
"""Gates that open by themselves where they know how far they are."""


def seconds_left(facts: Facts, rows: Sequence[TargetRow]) -> float | None:
    """Return in how long time alone could open soak and order; None where nobody can tell.

    Changes applied alike come when they come: a step that lacks them has no time.
    """
    if any(one.clean_changes < facts.demand.changes for one in facts.members):
        return None
    intervals = {row.key: row.facts.interval_seconds for row in rows}
    demand = facts.demand
    times = [
        max(
            demand.soak_seconds - one.clean_seconds,
            (demand.looks - one.clean_looks) * intervals[one.key],
        )
        for one in facts.members
        if facts.from_mode == Mode.SHADOW
    ]
    bakes = [
        tier.bake_seconds - tier.held_seconds
        for tier in facts.earlier
        if tier.targets and tier.held_seconds is not None
    ]
    return max([*times, *bakes, 0.0])


def time_alone_words(facts: Facts, closed: Sequence[Judgement], left: float | None) -> str:
    """Return how far time has come where nothing else is missing."""
    slowest = min(closed, key=lambda one: one.share or 0.0)
    what = slowest.gate
    if what == "order":
        baking = next(tier for tier in facts.earlier if _bakes(tier))
        what = f"{baking.name} bakes,"
    rest = f", {span_left(left)} to go" if left else ""
    return f"{what} {int((slowest.share or 0.0) * 100)} %{rest}"


def _bakes(tier: EarlierTier) -> bool:
    return tier.held_seconds is not None and tier.held_seconds < tier.bake_seconds


def queued_words(facts: Facts) -> str:
    """Return which tier has to come first."""
    for tier in facts.earlier:
        if tier.targets and tier.in_mode < tier.targets:
            return f"after {tier.name}"
        if tier.failing or tier.unseen:
            return f"{tier.name} is not known to be well"
    return "after the tiers before it"


def blocked_words(facts: Facts, closed: Sequence[Judgement]) -> str:
    """Return who keeps the gates closed, the one named first in whole words."""
    by_key = {one.key: one for one in facts.members}
    keys = [key for one in closed if one.gate not in TIME_ALONE for key in one.standing_in_way]
    members = [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
    if not members:
        return f"{listed([one.gate for one in closed])} closed"
    first = members[0]
    gate = next(one.gate for one in closed if first.key in one.standing_in_way)
    words = first.state.replace("_", " ")
    said = words if words == "differs" else f"is {words}"
    if first.state in {"clean", "expected", "follows", "not_compared"}:
        said = f"is not {gate}"
    more = f" and {counted(len(members) - 1, 'more target')}" if len(members) > 1 else ""
    return f"{first.name} {said}{more}"
