"""Ask the world whether it followed: the place where modes are kept, and each cluster itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from diffs.reach import reach
from rollouts.appliers.order import Kept, NotNow, Refused
from rollouts.models import Promotion, Rollout, Target
from rollouts.operations.record_readings import Heard, record_readings
from rollouts.queries.order import place_of
from rollouts.reach import applier_of
from rollouts.read_back import Unreadable, read_mode

ASKED_AT_ONCE = 16


def read_back(promotion: Promotion, *, now: datetime) -> None:
    """Read every target of a promotion once and record it; no network inside the transaction."""
    rollout = promotion.tier.rollout
    steps = promotion.steps.select_related("target__cluster").order_by("target__key")
    targets = [step.target for step in steps]
    record_readings(promotion.pk, hear(rollout, targets), now=now)


def hear(rollout: Rollout, targets: Sequence[Target]) -> dict[int, Heard]:
    """Return what is heard of each target, by its id: from the applier's place and the cluster."""
    kept, problem = kept_modes(rollout, targets)
    asked = [target for target in targets if target.read_back is not None]
    with ThreadPoolExecutor(max_workers=ASKED_AT_ONCE) as pool:
        answers = pool.map(lambda one: _ask(one.read_back or {}, rollout.modes), asked)
        told = dict(zip([one.pk for one in asked], answers, strict=True))
    return {
        target.pk: _heard(kept.get(target.key), problem, told.get(target.pk)) for target in targets
    }


def kept_modes(rollout: Rollout, targets: Sequence[Target]) -> tuple[dict[str, Kept], str]:
    """Return what the applier's place keeps by target key, and why it could not be read.

    Errors are sentences: a place that is away tells nothing of any target.
    """
    places = [place_of(target, rollout) for target in targets]
    try:
        _, kept = applier_of(rollout).read(places, rollout.modes)
    except (NotNow, Refused) as error:
        return {}, str(error)
    return kept, ""


def _ask(where: Mapping[str, str | None], modes: Mapping[str, str]) -> tuple[str, str]:
    """Return the mode that a cluster tells, or why it told none. Touches no row."""
    try:
        return str(read_mode(where, modes, reach=reach())), ""
    except Unreadable as error:
        return "", str(error)


def _heard(kept: Kept | None, problem: str, told: tuple[str, str] | None) -> Heard:
    modes, problems = [], [problem] if problem else []
    if kept is not None:
        modes.append(kept.mode)
        problems += [kept.problem] if kept.problem else []
    if told is not None:
        modes.append(told[0])
        problems += [told[1]] if told[1] else []
    observed = told[0] if told else ""
    return Heard(tuple(mode for mode in modes if mode), observed, " ".join(problems))
