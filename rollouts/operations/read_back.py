"""Ask the world whether it followed: the place where modes are kept, and each cluster itself."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from diffs.reach import reach
from rollouts.appliers.order import Kept, NotNow, Refused
from rollouts.models import ApplyStep, Promotion, Rollout, Target
from rollouts.operations.record_readings import Heard, record_readings
from rollouts.queries.order import place_of
from rollouts.reach import applier_of
from rollouts.read_back import Unreadable, read_mode

ASKED_AT_ONCE = 16
ASKING_SECONDS = 5.0
"""How long one reading goes on asking; an answer takes at most as long again, so 10 s in all."""


def read_back(promotion: Promotion, *, now: datetime) -> None:
    """Read the targets of a promotion once and record it; no network inside the transaction.

    As many as the time of one reading allows; the others have their turn in the next.
    """
    rollout = promotion.tier.rollout
    steps = promotion.steps.select_related("target__cluster").order_by("target__key")
    targets = [step.target for step in in_turn(list(steps), turn=int(now.timestamp()))]
    heard = hear(rollout, targets, asked_for=promotion.to_mode)
    record_readings(promotion.pk, heard, now=now)


def in_turn(steps: Sequence[ApplyStep], *, turn: int) -> list[ApplyStep]:
    """Return in which order to ask: who answered as wished or was never asked, then the others,
    beginning with another of them in each turn."""
    first = [step for step in steps if step.readings or not step.heard]
    rest = [step for step in steps if not step.readings and step.heard]
    at = turn % len(rest) if rest else 0
    return [*first, *rest[at:], *rest[:at]]


def hear(rollout: Rollout, targets: Sequence[Target], *, asked_for: str = "") -> dict[int, Heard]:
    """Return what is heard of each target, by its id: from the applier's place and the cluster.

    A target whose cluster there was no time to ask is not in it, but where another mode is kept
    for it than was asked for.
    """
    kept, problem = kept_modes(rollout, targets)
    asked = [target for target in targets if target.read_back is not None]
    until = time.monotonic() + ASKING_SECONDS

    def ask(one: Target) -> tuple[str, str] | None:
        is_late = time.monotonic() >= until
        return None if is_late else _ask(one.read_back or {}, rollout.modes)

    with ThreadPoolExecutor(max_workers=ASKED_AT_ONCE) as pool:
        told = dict(zip([one.pk for one in asked], pool.map(ask, asked), strict=True))
    found = {
        target.pk: _heard(kept.get(target.key), problem, told.get(target.pk)) for target in targets
    }
    late = {target_id for target_id, answer in told.items() if answer is None}
    return {
        target_id: one
        for target_id, one in found.items()
        if target_id not in late or one.contradicts(asked_for)
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
    return Heard(
        tuple(mode for mode in modes if mode),
        observed,
        " ".join(problems),
        kept.mode if kept is not None else "",
    )
