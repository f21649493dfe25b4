"""Who may do what, where."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from rollouts.models.rollout import Rollout, Tier
from rollouts.permissions.roles import Role


class Grant(models.Model):
    """One role of one person: everywhere, in one rollout, or in one tier of it.

    `scope` says the same in words ("", "routesrv", "routesrv/infra"), so that one index, which
    would hold NULLs to be different, keeps a grant from being given twice.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants"
    )
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    rollout = models.ForeignKey(Rollout, null=True, on_delete=models.PROTECT, related_name="grants")
    tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="grants")
    scope = models.CharField(max_length=401, blank=True)
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "role", "scope"], name="one_grant"),
            models.CheckConstraint(
                condition=models.Q(tier=None) | models.Q(rollout__isnull=False),
                name="a_tier_is_of_a_rollout",
            ),
        ]
