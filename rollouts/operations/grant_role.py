"""Give a person a role, making the person known where they are not."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from ledger import audit
from rollouts.models import Grant, Rollout, Tier
from rollouts.permissions.roles import Role


class GrantRefused(Exception):
    """The grant names something that does not exist; the text says what does."""


def grant_role(
    username: str,
    role: Role,
    *,
    rollout_key: str = "",
    tier_name: str = "",
    granted_by: str,
    now: datetime,
) -> tuple[Grant, bool]:
    """Give a role everywhere, in one rollout, or in one tier of it.

    Shapes
        return  (the grant, whether the person was made known by it and has no password yet)

    Errors
        GrantRefused    no such rollout or tier, a tier without its rollout, a deactivated person,
                        a name with which nobody could sign in
    """
    username = _name(username)
    with transaction.atomic():
        rollout, tier = _scope(rollout_key, tier_name)
        user, is_new = User.objects.get_or_create(username=username)
        if is_new:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        if not user.is_active:
            raise GrantRefused(f"{username} is deactivated.")
        scope = "/".join(part for part in (rollout_key, tier_name) if part)
        grant, is_given = Grant.objects.get_or_create(
            user=user,
            role=role,
            scope=scope,
            defaults={
                "rollout": rollout,
                "tier": tier,
                "granted_at": now,
                "granted_by": granted_by,
            },
        )
        if is_given:
            audit.record(
                "role_granted",
                subject=f"person {username}",
                actor=granted_by,
                at=now,
                after={"role": role, "scope": scope or "everywhere"},
            )
    return grant, not user.has_usable_password()


def _name(text: str) -> str:
    """Return a name as the sign-in form will spell it."""
    name = User.normalize_username(text)
    try:
        User._meta.get_field("username").clean(name, None)
    except ValidationError:
        raise GrantRefused(
            f"{text[:150]!r} is not a name to sign in with. Use up to 150 letters, digits and @.+-_"
        ) from None
    return name


def _scope(rollout_key: str, tier_name: str) -> tuple[Rollout | None, Tier | None]:
    """Find the rollout and tier that a grant names."""
    if not rollout_key:
        if tier_name:
            raise GrantRefused("A tier is one of a rollout: give --rollout as well.")
        return None, None
    rollout = Rollout.objects.filter(key=rollout_key, removed_at=None).first()
    if rollout is None:
        known = ", ".join(Rollout.objects.filter(removed_at=None).values_list("key", flat=True))
        raise GrantRefused(f"There is no rollout {rollout_key}. There are: {known or 'none yet'}.")
    if not tier_name:
        return rollout, None
    tier = rollout.tiers.filter(name=tier_name, removed_at=None).first()
    if tier is None:
        names = ", ".join(rollout.tiers.filter(removed_at=None).values_list("name", flat=True))
        raise GrantRefused(f"{rollout_key} has no tier {tier_name}. It has: {names}.")
    return rollout, tier
