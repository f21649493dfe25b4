"""In which tiers of its rollout a difference is there now."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from diffs.models import Difference, Occurrence
from diffs.queries.variants import PRESENT
from rollouts.models import Target, Tier


def tiers_showing(difference: Difference) -> list[Tier]:
    """Return the tiers of which a target shows a difference now, in order."""
    seen = Occurrence.objects.filter(
        PRESENT, source=OuterRef("source"), variant__difference=difference.pk
    )
    targets = Target.objects.filter(Exists(seen), removed_at=None)
    rows = Tier.objects.filter(pk__in=targets.values("tier")).select_related("rollout")
    return list(rows.order_by("rank"))


def tiers_of_rollout(difference: Difference) -> list[Tier]:
    """Return the living tiers of the rollout in which a difference was seen, in order."""
    rows = Tier.objects.filter(rollout__key=difference.rollout, removed_at=None)
    return list(rows.select_related("rollout").order_by("rank"))


def keys_showing(difference: Difference) -> set[str]:
    """Return the keys of the targets that show a difference now."""
    seen = Occurrence.objects.filter(
        PRESENT, source=OuterRef("source"), variant__difference=difference.pk
    )
    rows = Target.objects.filter(Exists(seen), removed_at=None)
    return set(rows.values_list("key", flat=True))
