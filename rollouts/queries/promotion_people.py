"""Who agreed to a promotion, whose word still counts, and who is still needed."""

from __future__ import annotations

from django.contrib.auth.models import User

from rollouts.models import Promotion, Tier
from rollouts.permissions.roles import Role
from rollouts.permissions.table import REQUESTING
from rollouts.queries.authority import roles_of
from rollouts.quorum import Count, count_quorum


def quorum_now(promotion: Promotion) -> Count:
    """Return how far the approvals reach, counting only who may still approve at this moment."""
    rows = promotion.approvals.select_related("approver").prefetch_related("approver__groups")
    tier = promotion.tier
    counted = [
        frozenset(group.name for group in row.approver.groups.all())
        for row in rows
        if Role.APPROVER in roles_of(row.approver, tier)
    ]
    return count_quorum(promotion.quorum, promotion.groups, counted)


def lost_authority(promotion: Promotion) -> str:
    """Return whose authority behind a promotion is gone, in a sentence; "" where it holds."""
    tier = promotion.tier
    asker = promotion.requested_by
    if not roles_of(asker, tier) & REQUESTING:
        return f"{asker.get_username()}, who asked for it, may no longer do so in {tier.name}."
    gone = [
        row.approver.get_username()
        for row in promotion.approvals.select_related("approver")
        if Role.APPROVER not in roles_of(row.approver, tier)
    ]
    if quorum_now(promotion).is_met:
        return ""
    names = ", ".join(gone) or "somebody"
    return f"The approval of {names} no longer counts in {tier.name}: not enough people are left."


def may_approve(tier: Tier) -> list[User]:
    """Return the active people who are approvers of a tier, by name."""
    people = User.objects.filter(is_active=True, grants__role=Role.APPROVER).distinct()
    return [one for one in people.order_by("username") if Role.APPROVER in roles_of(one, tier)]
