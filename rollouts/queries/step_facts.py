"""The facts on which the gates of a step judge, gathered from rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Subquery

from diffs.queries.evidence import untrusted_because, why_untrusted
from rollouts.fleet_file.policy import DEFAULT_POLICY
from rollouts.gates.facts import Demand, EarlierTier, Facts, MemberFacts, OpenPromotion
from rollouts.machine import OPEN, Mode
from rollouts.models import Promotion, Target, Tier
from rollouts.queries.promotion_words import state_words
from rollouts.queries.target_rows import TargetRow, living_targets, target_rows
from rollouts.queries.target_state import why_stale
from rollouts.queries.unseen_moves import unseen_move, with_moves

WELL = {"clean", "expected", "follows"}
NOT_WELL = {"differs", "refused", "suspect"}
"""Of a target in any other state nobody can tell whether it is well."""


def step_facts(  # noqa: PLR0913  (which step, of whom, and what the caller knows)
    tier: Tier,
    members: Sequence[TargetRow],
    *,
    from_mode: Mode,
    to_mode: Mode,
    now: datetime,
    is_watched: bool,
    but_not: int | None = None,
    expected: Mapping[int, int] | None = None,
) -> Facts:
    """Return the facts of moving `members` of a tier on.

    Shapes
        is_watched  whether any worker hands out looks
        but_not     the id of the promotion that is judged: it never counts itself
        expected    see member_facts
    """
    listed, untrusted = _line(tier)
    return Facts(
        from_mode=from_mode,
        to_mode=to_mode,
        members=member_facts(members, from_mode, now, expected),
        demand=demand_of(tier),
        earlier=tuple(_earlier(listed[:-1], to_mode, now)),
        open_promotions=_open(tier, members, but_not),
        untrusted=untrusted,
        is_watched=is_watched,
    )


def demand_of(tier: Tier) -> Demand:
    """Return what the policy of a tier asks for."""
    return Demand(
        soak_seconds=_asked(tier, "soak_seconds"),
        looks=_asked(tier, "looks"),
        changes=_asked(tier, "changes"),
    )


def _asked(tier: Tier, name: str) -> int:
    """Return what the tier's policy asks for; where it is silent, what a fleet file's would."""
    return int(tier.policy.get(name, getattr(DEFAULT_POLICY, name)))


def _line(tier: Tier) -> tuple[list[Tier], str]:
    """Return the tiers up to this one, it last, and why no comparison can be trusted now."""
    before = Tier.objects.filter(rollout=tier.rollout_id, removed_at=None, rank__lt=tier.rank)
    rows = before | Tier.objects.filter(pk=tier.pk)
    found = list(rows.annotate(untrusted=Subquery(untrusted_because())).order_by("rank"))
    return [*found], next((why_untrusted(row.untrusted) for row in found), "")


def member_facts(
    rows: Sequence[TargetRow],
    from_mode: Mode,
    now: datetime,
    expected: Mapping[int, int] | None = None,
) -> tuple[MemberFacts, ...]:
    """Return the facts of each member; one that is read back in another mode proves nothing.

    Shapes
        expected    {source: how many of its differences people expect}, as it is now; None: as the
                    last look found it
    """
    return tuple(
        _member(
            row,
            f"Its mode is {from_mode} here, but {row.observed} is read back."
            if row.observed not in {"", from_mode}
            else _why_not_fresh(row, from_mode, now),
            row.facts.expected if expected is None else expected.get(row.facts.source_id, 0),
        )
        for row in rows
    )


def _member(row: TargetRow, why: str, expected: int) -> MemberFacts:
    """Return the facts of one member: without a look in its mode there is no clean time either."""
    facts, is_seen = row.facts, bool(row.facts.outcome)
    return MemberFacts(
        key=row.key,
        name=row.name,
        state=row.state,
        outcome=facts.outcome,
        sentence=row.sentence,
        is_fresh=not why,
        why_not_fresh=why,
        is_soaking=facts.is_soaking,
        clean_seconds=facts.clean_seconds if is_seen else 0.0,
        clean_looks=facts.clean_looks if is_seen else 0,
        clean_changes=facts.clean_changes if is_seen else 0,
        differences=max(0, facts.differences - expected) if row.is_compared else 0,
        next_look_at=facts.next_look_at,
        noun=facts.noun,
    )


def _why_not_fresh(row: TargetRow, from_mode: Mode, now: datetime) -> str:
    facts = row.facts
    if row.was:
        return "Nobody looks at present."
    if not facts.outcome or facts.last_look_at is None:
        return "It was not looked at yet."
    return why_stale(facts, now=now, needs_proof=from_mode != Mode.OFF)


def _earlier(listed: Sequence[Tier], to_mode: Mode, now: datetime) -> Iterable[EarlierTier]:
    """Yield the tiers before another, in order."""
    if not listed:
        return
    targets = with_moves(living_targets().filter(tier__in=listed)).order_by("key")
    rows: dict[int, list[tuple[Target, TargetRow]]] = {each.pk: [] for each in listed}
    ordered = list(targets)
    for target, row in zip(ordered, target_rows(ordered, now=now), strict=True):
        rows[target.tier_id].append((target, row))
    for each in listed:
        yield earlier_tier(each, rows[each.pk], to_mode, now)


def earlier_tier(
    tier: Tier, every: Sequence[tuple[Target, TargetRow]], to_mode: Mode, now: datetime
) -> EarlierTier:
    """Return the facts of a tier that comes before; who is set aside is named, and not counted."""
    pairs = [pair for pair in every if not pair[1].is_set_aside]
    there = [target for target, _ in pairs if _holds(target, to_mode)]
    since = [target.mode_since for target in there if target.mode_since is not None]
    is_whole = len(since) == len(pairs) and bool(pairs)
    return EarlierTier(
        name=tier.name,
        targets=len(pairs),
        in_mode=len(there),
        held_seconds=(now - max(since)).total_seconds() if is_whole else None,
        bake_seconds=_asked(tier, "bake_seconds"),
        failing=tuple(row.name for _, row in pairs if row.state in NOT_WELL),
        unseen=tuple(row.name for target, row in pairs if _is_unseen(target, row)),
        set_aside=tuple(row.key for _, row in every if row.is_set_aside),
        move=unseen_move((target, row.name) for target, row in pairs),
    )


def _holds(target: Target, mode: Mode) -> bool:
    """Say whether a target is in a mode and nothing that was read back contradicts it."""
    return target.mode == mode and target.observed_mode in {"", str(mode)}


def _is_unseen(target: Target, row: TargetRow) -> bool:
    """Say whether nobody can tell how a target is, or which mode it is in."""
    is_unread = target.read_back is not None and (
        not target.observed_mode or bool(target.observe_problem)
    )
    return is_unread or row.state not in WELL | NOT_WELL


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
        OpenPromotion(
            row.name,
            f"{row.tier.name} from {row.from_mode} to {row.to_mode} and is {state_words(row)}",
        )
        for row in found.select_related("tier").distinct().order_by("pk")
    )
