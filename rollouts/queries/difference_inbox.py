"""What of the review waits for one person: differences they own, verdicts that want a second."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse

from diffs.models import Difference, Review, Variant
from diffs.verdicts import Verdict
from rollouts.models import Grant
from rollouts.permissions.table import DECIDING

LISTED = 20


@dataclass(frozen=True, slots=True)
class InboxDifference:
    """One difference in the inbox.

    Shapes
        by, at, reason      of the verdict that waits; "" and None where the person owns it
    """

    name: str
    url: str
    rollout: str
    sentence: str
    targets: int
    by: str = ""
    at: datetime | None = None
    reason: str = ""


def owned_by(user_id: int) -> tuple[InboxDifference, ...]:
    """Return the differences that belong to a person and are there, the oldest first."""
    rows = Difference.objects.filter(owner=user_id, gone_at=None, first_seen_at__isnull=False)
    return tuple(_listed(row) for row in rows.order_by("first_seen_at", "pk")[:LISTED])


def awaiting_second(user_id: int, *, now: datetime) -> tuple[InboxDifference, ...]:
    """Return what is expected and waits for a second person who may be this one, oldest first."""
    reach = _rollouts_decided_by(user_id)
    if not reach:
        return ()
    counting = Variant.objects.filter(review=OuterRef("pk"))
    rows = Review.objects.filter(
        Exists(counting),
        verdict=Verdict.EXPECTED,
        needs_second=True,
        seconded_by=None,
        undone_at=None,
        until__gt=now,
    ).exclude(by=user_id)
    if None not in reach:
        rows = rows.filter(difference__rollout__in=reach)
    listed = rows.select_related("difference", "by").order_by("at", "pk")[:LISTED]
    return tuple(_waiting(row) for row in listed)


def _rollouts_decided_by(user_id: int) -> set[str | None]:
    """Return the rollouts in which a person decides anywhere; None among them is all."""
    grants = Grant.objects.filter(user=user_id, user__is_active=True, role__in=DECIDING)
    return set(grants.values_list("rollout__key", flat=True))


def _listed(row: Difference) -> InboxDifference:
    url = reverse("difference", args=[row.pk])
    return InboxDifference(row.name, url, row.rollout, row.sentence, row.targets)


def _waiting(review: Review) -> InboxDifference:
    row = review.difference
    return InboxDifference(
        name=row.name,
        url=reverse("difference", args=[row.pk]),
        rollout=row.rollout,
        sentence=row.sentence,
        targets=row.targets,
        by=review.by.get_username(),
        at=review.at,
        reason=review.reason,
    )
