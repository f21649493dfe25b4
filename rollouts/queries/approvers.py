"""Who approves where: the grants of all approvers, read once for many tiers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from rollouts.models import Grant, Tier
from rollouts.permissions.roles import Role


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may approve, and the groups of whose seats they may take one."""

    id: int
    name: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Scope:
    rollout: int | None
    tier: int | None
    person: Person


@dataclass(frozen=True, slots=True)
class Approvers:
    """All active people who are approvers anywhere, to be asked tier by tier."""

    scopes: tuple[_Scope, ...] = ()

    def of(self, tier: Tier) -> tuple[Person, ...]:
        """Return the approvers of a tier by name, each once, as `roles_of` would say it."""
        found = {scope.person for scope in self.scopes if _reaches(scope, tier)}
        return tuple(sorted(found, key=lambda person: person.name))


def _reaches(scope: _Scope, tier: Tier) -> bool:
    if scope.rollout is None:
        return True
    return scope.rollout == tier.rollout_id and scope.tier in {None, tier.pk}


def approvers() -> Approvers:
    """Return everybody's grants of the approver's role, in one query."""
    grants = Grant.objects.filter(role=Role.APPROVER, user__is_active=True)
    fields = ("rollout_id", "tier_id", "user_id", "user__username", "user__groups__name")
    groups: dict[int, set[str]] = defaultdict(set)
    scopes = {}
    for rollout, tier, user_id, name, group in grants.values_list(*fields):
        scopes[rollout, tier, user_id] = name
        if group is not None:
            groups[user_id].add(group)
    return Approvers(
        tuple(
            _Scope(rollout, tier, Person(user_id, name, frozenset(groups[user_id])))
            for (rollout, tier, user_id), name in scopes.items()
        )
    )
