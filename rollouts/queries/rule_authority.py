"""Which tiers a rule covers, who may do what with it, and how many people it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from diffs.models import Rule as RuleRow
from diffs.models import RulePreview
from diffs.rules.rule import Scope, read_rule
from rollouts.machine import Mode
from rollouts.models import RuleApproval, Target, Tier
from rollouts.permissions.roles import Role
from rollouts.permissions.table import ASKING
from rollouts.queries.authority import roles_of
from rollouts.queries.quorum_asked import quorum_of
from rollouts.quorum import Count, count_quorum


def scope_of(row: RuleRow) -> Scope:
    """Return where a rule holds."""
    return read_rule(str(row.pk), row.content).scope


def covered_tiers(scope: Scope) -> tuple[Tier, ...]:
    """Return the tiers in which a rule with this scope hides anything, in the order of their ids.

    A rule for one target covers that target's tier.
    """
    tiers = Tier.objects.filter(removed_at=None, rollout__removed_at=None)
    if scope.rollout:
        tiers = tiers.filter(rollout__key=scope.rollout)
    if scope.tier:
        tiers = tiers.filter(name=scope.tier)
    if scope.target:
        targets = Target.objects.filter(key=scope.target, removed_at=None)
        tiers = tiers.filter(pk__in=targets.values("tier_id"))
    return tuple(tiers.select_related("rollout").order_by("pk"))


def may_ask(actor: AbstractBaseUser | AnonymousUser, tiers: Sequence[Tier]) -> bool:
    """Say whether a person may draft, preview and retire a rule: in any tier that it covers."""
    return any(roles_of(actor, tier) & ASKING for tier in tiers)


def not_approver_in(
    actor: AbstractBaseUser | AnonymousUser, tiers: Sequence[Tier]
) -> tuple[Tier, ...]:
    """Return the tiers that a rule covers and in which a person is no approver."""
    return tuple(tier for tier in tiers if Role.APPROVER not in roles_of(actor, tier))


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far the people who agreed reach, by the tier that asks for the most.

    Shapes
        names   of those whose word counts, in the order in which they gave it
        tier    the one whose policy asks for the most; "" where the rule covers none
    """

    count: Count
    names: tuple[str, ...]
    tier: str


def agreed(preview: RulePreview | None, tiers: Sequence[Tier]) -> Agreed:
    """Return how far approvals given on one preview reach; the author is nobody among them.

    Each tier asks for the quorum that it asks for on the way to exec: a rule can open that gate. Of
    each person it is asked anew whether they are an approver in every tier that the rule covers.
    """
    rows = RuleApproval.objects.filter(preview=preview) if preview else RuleApproval.objects.none()
    people = [
        row.approver
        for row in rows.select_related("approver").prefetch_related("approver__groups")
        if not not_approver_in(row.approver, tiers)
    ]
    groups = [frozenset(group.name for group in one.groups.all()) for one in people]
    names = tuple(one.get_username() for one in people)
    counts = [
        (
            count_quorum(*quorum_of(tier, Mode.SHADOW, Mode.EXEC), groups),
            f"{tier.rollout.key}/{tier.name}",
        )
        for tier in tiers
    ]
    if not counts:
        return Agreed(count_quorum(1, {}, groups), names, "")
    count, tier_name = max(counts, key=lambda one: (sum(one[0].missing.values()), one[0].needed))
    return Agreed(count, names, tier_name)
