"""Which targets of a tier are riskier than a mode, or may be by now.

Theory. What we hold of a target can be older than the world: a worker died after its write, a
remote was away until the deadline, a way back was not seen. So a target may be in any mode that we
hold, that was read last, or that anything was started towards since it was last seen to be back.
When in doubt it is taken back once more: that costs a commit, the other way costs an outage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import reduce

from django.db.models import Max, Q, QuerySet

from rollouts.machine import OPEN, UNDER_WAY, Kind, Mode, is_riskier
from rollouts.models import ApplyStep, Promotion, StepState, Target, Tier

WORST = Mode.EXEC
"""What a target may be in whose mode nobody knows."""


def rollback_targets(
    tier: Tier, to_mode: Mode, *, open_one: Promotion | None
) -> dict[Target, Mode]:
    """Return the targets to take back, each with the riskiest mode that it may be in.

    Those of a promotion under way are among them wherever they are now, and who is set aside is.
    """
    is_meant = Q(tier=tier, removed_at=None)
    moving: dict[int, Mode] = {}
    if open_one is not None and open_one.state in UNDER_WAY:
        mode = riskier(Mode(open_one.from_mode), Mode(open_one.to_mode))
        moving = dict.fromkeys(open_one.members.values_list("target_id", flat=True), mode)
        is_meant |= Q(pk__in=moving)
    found = {
        target: riskier(mode, moving.get(target.pk, mode))
        for target, mode in may_be_in(Target.objects.filter(is_meant)).items()
    }
    return {target: mode for target, mode in found.items() if is_riskier(mode, to_mode)}


def may_be_in(targets: QuerySet[Target]) -> dict[Target, Mode]:
    """Return the riskiest mode that each target may be in, by what we hold, read and started."""
    listed = list(targets.select_related("cluster").order_by("key"))
    started = _started_towards([target.pk for target in listed])
    return {
        target: reduce(riskier, _known([target.mode, target.observed_mode]), started[target.pk])
        for target in listed
    }


def _started_towards(target_ids: Collection[int]) -> dict[int, Mode]:
    """Return the riskiest mode that what was started since the last way back seen was about.

    A way back that was not seen tells where it began: there the target may be still.
    """
    steps = ApplyStep.objects.filter(target__in=target_ids)
    backs = steps.filter(promotion__kind=Kind.ROLLBACK, state=StepState.OBSERVED)
    seen = backs.exclude(promotion__state__in=OPEN).values_list("target_id")
    back_at = dict(seen.annotate(last=Max("promotion_id")).order_by())
    oldest = min((back_at.get(target_id, 0) for target_id in target_ids), default=0)
    rows = steps.filter(promotion_id__gt=oldest).values_list(
        "target_id", "promotion_id", "promotion__from_mode", "promotion__to_mode"
    )
    found: dict[int, Mode] = defaultdict(lambda: Mode.OFF)
    for target_id, promotion_id, *modes in rows:
        if promotion_id > back_at.get(target_id, 0):
            found[target_id] = reduce(riskier, _known(modes), found[target_id])
    return found


def _known(modes: Iterable[str]) -> list[Mode]:
    """Return modes as such, the unknown as the riskiest; what was never read is none."""
    return [WORST if mode == Mode.UNKNOWN else Mode(mode) for mode in modes if mode]


def riskier(one: Mode, other: Mode) -> Mode:
    """Return the mode in which more depends on the new implementation."""
    return one if is_riskier(one, other) else other
