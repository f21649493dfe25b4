"""The facts on which the gates of a step judge, gathered from rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from diffs.queries.evidence import why_untrusted
from rollouts.gates.facts import Demand, EarlierTier, Facts, MemberFacts, OpenPromotion
from rollouts.machine import OPEN, Mode
from rollouts.models import Promotion, Target, Tier
from rollouts.queries.target_rows import TargetRow, living_targets, target_rows
from rollouts.queries.target_state import why_stale

NOT_WELL = {"differs", "refused", "suspect"}
UNSEEN = {"unseen", "stale", "unreachable", "not_ready"}


def step_facts(
    tier: Tier,
    members: Sequence[TargetRow],
    *,
    from_mode: Mode,
    to_mode: Mode,
    now: datetime,
    but_not: int | None = None,
) -> Facts:
    """Return the facts of moving `members` of a tier on.

    Shapes
        but_not     the id of the promotion that is judged: it never counts itself
    """
    return Facts(
        from_mode=from_mode,
        to_mode=to_mode,
        members=tuple(_member(row, from_mode, now) for row in members),
        demand=Demand(
            soak_seconds=int(tier.policy.get("soak_seconds", 0)),
            looks=int(tier.policy.get("looks", 0)),
            changes=int(tier.policy.get("changes", 0)),
        ),
        earlier=tuple(_earlier(tier, to_mode, now)),
        open_promotions=_open(tier, members, but_not),
        untrusted=why_untrusted(),
    )


def _member(row: TargetRow, from_mode: Mode, now: datetime) -> MemberFacts:
    facts = row.facts
    seen = facts.outcome and facts.last_look_at is not None
    why = (
        why_stale(facts, now=now, needs_proof=from_mode != Mode.OFF)
        if seen
        else "It was not looked at yet."
    )
    return MemberFacts(
        key=row.key,
        name=row.name,
        state=row.state,
        outcome=facts.outcome,
        sentence=row.sentence,
        is_fresh=not why,
        why_not_fresh=why,
        is_soaking=facts.is_soaking,
        clean_seconds=facts.clean_seconds,
        clean_looks=facts.clean_looks,
        clean_changes=facts.clean_changes,
        differences=facts.differences if row.is_compared else 0,
        next_look_at=facts.next_look_at,
    )


def _earlier(tier: Tier, to_mode: Mode, now: datetime) -> Iterable[EarlierTier]:
    """Yield the tiers before this one, in order, without the targets that are set aside."""
    tiers = Tier.objects.filter(rollout=tier.rollout_id, removed_at=None, rank__lt=tier.rank)
    listed = list(tiers.order_by("rank"))
    targets = living_targets().filter(tier__in=listed).order_by("key")
    rows: dict[int, list[tuple[Target, TargetRow]]] = {each.pk: [] for each in listed}
    ordered = list(targets)
    for target, row in zip(ordered, target_rows(ordered, now=now), strict=True):
        if not row.is_set_aside:
            rows[target.tier_id].append((target, row))
    for each in listed:
        yield _earlier_tier(each, rows[each.pk], to_mode, now)


def _earlier_tier(
    tier: Tier, pairs: Sequence[tuple[Target, TargetRow]], to_mode: Mode, now: datetime
) -> EarlierTier:
    there = [target for target, _ in pairs if _holds(target, to_mode)]
    since = [target.mode_since for target in there if target.mode_since is not None]
    is_whole = len(since) == len(pairs) and bool(pairs)
    return EarlierTier(
        name=tier.name,
        targets=len(pairs),
        in_mode=len(there),
        held_seconds=(now - max(since)).total_seconds() if is_whole else None,
        bake_seconds=int(tier.policy.get("bake_seconds", 0)),
        failing=tuple(row.name for _, row in pairs if row.state in NOT_WELL),
        unseen=tuple(row.name for _, row in pairs if row.state in UNSEEN),
    )


def _holds(target: Target, mode: Mode) -> bool:
    """Say whether a target is in a mode and nothing that was read back contradicts it."""
    return target.mode == mode and target.observed_mode in {"", str(mode)}


def _open(
    tier: Tier, members: Sequence[TargetRow], but_not: int | None
) -> tuple[OpenPromotion, ...]:
    """Return the open promotions of the tier, and those of its targets elsewhere."""
    ids = [row.id for row in members]
    rows = Promotion.objects.filter(state__in=OPEN)
    if but_not is not None:
        rows = rows.exclude(pk=but_not)
    found = rows.filter(tier=tier) | rows.filter(members__target__in=ids)
    return tuple(
        OpenPromotion(row.name, f"{row.tier.name}: {row.from_mode} → {row.to_mode}, {row.state}")
        for row in found.select_related("tier").distinct().order_by("pk")
    )
