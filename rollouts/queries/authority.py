"""What a person may do, read from their grants at the moment of asking."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Q

from rollouts.models import Grant, Tier
from rollouts.permissions.roles import Role


def roles_of(user: AbstractBaseUser | AnonymousUser, tier: Tier | None = None) -> frozenset[Role]:
    """Return the roles a person holds: in `tier` (grants everywhere and of its rollout included),
    or, without a tier, anywhere at all. Nobody who is signed out or deactivated holds any."""
    if not (user.is_authenticated and user.is_active):
        return frozenset()
    grants = Grant.objects.filter(user_id=user.pk, user__is_active=True)  # as of now, not of then
    if tier is not None:
        grants = grants.filter(
            Q(rollout=None) | Q(rollout=tier.rollout_id, tier=None) | Q(tier=tier)
        )
    return frozenset(Role(role) for role in grants.values_list("role", flat=True))


def roles_in(
    user: AbstractBaseUser | AnonymousUser, tiers: Collection[Tier]
) -> dict[int, frozenset[Role]]:
    """Return the roles a person holds in each of some tiers, as `roles_of` says it, in one query.

    Shapes
        return      {id of a tier: roles}
    """
    if not (user.is_authenticated and user.is_active):
        return {tier.pk: frozenset() for tier in tiers}
    grants = Grant.objects.filter(user_id=user.pk, user__is_active=True)
    rows = list(grants.values_list("role", "rollout_id", "tier_id"))
    return {
        tier.pk: frozenset(
            Role(role)
            for role, rollout_id, tier_id in rows
            if rollout_id in {None, tier.rollout_id} and tier_id in {None, tier.pk}
        )
        for tier in tiers
    }
