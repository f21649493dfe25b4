"""What no fleet file may move or take out: what is being moved, and what production may follow.

Theory. A file is edited beside the promotions, by people who do not see them. A target that leaves
its tier while a promotion moves it is in nobody's hands, and one that leaves the fleet in exec can
no longer be rolled back. So every tier is locked first, in one order, and the whole sync is refused
when such a target is not where it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from rollouts.machine import OPEN, Mode
from rollouts.models import ApplyStep, PromotionMember, Target, Tier
from rollouts.queries.rollback_targets import may_be_in


class SyncRefused(Exception):
    """The sync would give up something that a person has to give up by name."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A target that stays where it is, and why; who is set aside may at least be taken out."""

    tier_id: int
    why: str
    may_leave: bool = False


def lock_tiers() -> None:
    """Lock every tier, in the one order that all who lock several take."""
    list(Tier.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def bound_targets(*, now: datetime) -> dict[int, Bound]:
    """Return the targets that may neither be moved nor taken out, by id."""
    members = PromotionMember.objects.filter(promotion__state__in=OPEN)
    moving = dict(members.values_list("target_id", "promotion_id"))
    living = Target.objects.filter(removed_at=None)
    was_started = Exists(ApplyStep.objects.filter(target=OuterRef("pk")))
    known = living.exclude(mode=Mode.UNKNOWN) | living.filter(was_started)
    bound = {
        target.pk: Bound(
            target.tier_id,
            "may be in exec",
            may_leave=target.set_aside_until is not None and target.set_aside_until > now,
        )
        for target, mode in may_be_in(known).items()
        if mode == Mode.EXEC
    }
    for target_id, tier_id in living.filter(pk__in=moving).values_list("pk", "tier_id"):
        bound[target_id] = Bound(tier_id, f"P-{moving[target_id]} is open")
    return bound


def refuse_what_is_bound(bound: Mapping[int, Bound]) -> None:
    """Look at what the sync has written, and take all of it back where it touched such a target.

    Errors
        SyncRefused     names each, with what to do
    """
    rows = Target.objects.filter(pk__in=bound).select_related("tier__rollout").order_by("key")
    touched = [row for row in rows if _is_touched(row, bound[row.pk])]
    if not touched:
        return
    tiers = dict(Tier.objects.values_list("pk", "name"))
    names = "\n  ".join(
        f"{row.tier.rollout.key}/{tiers[bound[row.pk].tier_id]}/{row.key}: {bound[row.pk].why}"
        for row in touched
    )
    raise SyncRefused(
        f"Moved or no longer in the file, though it cannot be now: {len(touched)}\n  {names}\n"
        "Put them back where they were. Once no promotion of theirs is open and their tier is"
        " rolled back, they can be moved or taken out. A cluster that is gone for good: set it"
        " aside, then sync with --remove."
    )


def _is_touched(row: Target, bound: Bound) -> bool:
    if row.removed_at is not None:
        return not bound.may_leave
    return row.tier_id != bound.tier_id
