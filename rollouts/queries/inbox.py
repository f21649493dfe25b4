"""The inbox: what waits for one person, what for others, and what is ready soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from rollouts.machine import State
from rollouts.models import Grant, Promotion
from rollouts.permissions.roles import Role
from rollouts.queries.difference_inbox import InboxDifference, awaiting_second, owned_by
from rollouts.queries.fleet import FleetTier, load_fleet
from rollouts.queries.open_promotions import Waiting


@dataclass(frozen=True, slots=True)
class InboxPage:
    """All that the inbox prints.

    Shapes
        yours       promotions that the person may approve, and has neither asked for nor approved
        others      open ones that they asked for or approved already
        ready       tiers whose step anybody may ask for now
        soon        tiers to whose step only time is missing, the nearest first
        seconds     what others said is expected, and waits for a second person
        owned       differences that belong to the person
    """

    yours: tuple[Waiting, ...]
    others: tuple[Waiting, ...]
    ready: tuple[FleetTier, ...]
    soon: tuple[FleetTier, ...]
    seconds: tuple[InboxDifference, ...] = ()
    owned: tuple[InboxDifference, ...] = ()


def inbox_page(user_id: int, *, now: datetime, is_watched: bool) -> InboxPage:
    """Return the inbox of a person."""
    fleet = load_fleet(now=now, is_watched=is_watched)
    soon = [one for one in fleet.tiers if one.step.is_soon]
    return InboxPage(
        yours=tuple(one for one in fleet.open_ones if user_id in one.awaits),
        others=tuple(
            one
            for one in fleet.open_ones
            if one.requested_by_id == user_id or user_id in one.signed
        ),
        ready=tuple(one for one in fleet.tiers if one.step.state == "ready"),
        soon=tuple(sorted(soon, key=_time_left)),
        seconds=awaiting_second(user_id, now=now),
        owned=owned_by(user_id),
    )


def waiting_count(user_id: int | None) -> int:
    """Return how many promotions wait for a person, in one query; for nobody none do."""
    grants = Grant.objects.filter(user=user_id, user__is_active=True, role=Role.APPROVER)
    rollout, tier = OuterRef("tier__rollout"), OuterRef("tier")
    here = Q(rollout=None) | Q(rollout=rollout, tier=None) | Q(tier=tier)
    rows = Promotion.objects.filter(Exists(grants.filter(here)), state=State.PENDING)
    return rows.exclude(requested_by=user_id).exclude(approvals__approver=user_id).count()


def _time_left(one: FleetTier) -> tuple[bool, float]:
    left = one.step.seconds_left
    return left is None, left or 0.0
