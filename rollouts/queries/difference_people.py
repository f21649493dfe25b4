"""Who may see to a difference: everybody active who holds any role."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef

from rollouts.models import Grant


def owners() -> list[User]:
    """Return who may own a difference, by name."""
    grants = Grant.objects.filter(user=OuterRef("pk"))
    return list(User.objects.filter(Exists(grants), is_active=True).order_by("username"))


def may_own(user: User) -> bool:
    """Say whether a person may own a difference now."""
    return Grant.objects.filter(user=user.pk, user__is_active=True).exists()
