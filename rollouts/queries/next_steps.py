"""What each tier does next and whom it waits for, from rows that are loaded already.

Theory. The same gates judge here as on the tier's page and at the click; only the rows come from
one load for the whole fleet, so that the overview costs no more queries with more tiers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from rollouts.gates import Facts, Judgement, judge
from rollouts.gates.facts import EarlierTier
from rollouts.gates.naming import counted, listed, span_left
from rollouts.machine import Kind, Mode, State, step_up
from rollouts.models import Rollout, Target, Tier
from rollouts.queries.open_promotions import Waiting
from rollouts.queries.step_facts import demand_of, earlier_tier, member_facts
from rollouts.queries.target_rows import TargetRow

Pair = tuple[Target, TargetRow]

TIME_ALONE = frozenset({"soak", "order"})
"""Gates that open by themselves where they know how far they are."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What one tier does next.

    Shapes
        state           a mark: waiting, promoting, rolling_back, soaking, baking, ready, blocked,
                        baked; "" where there is nothing to do
        words           what it waits for: "P-42 waits for bob or carol", "kube-3 differs"
        to_mode         the mode that comes next; "" where none does
        closed          names of the gates that are closed
        share           how far time alone has come, 0.0 to 1.0; None where time alone opens nothing
        seconds_left    until time alone has opened it, as far as can be told
    """

    state: str
    words: str
    url: str = ""
    to_mode: str = ""
    closed: tuple[str, ...] = ()
    share: float | None = None
    seconds_left: float | None = None

    @property
    def is_told(self) -> bool:
        """Say whether the words tell all there is to tell while nobody is needed."""
        return self.state in {"soaking", "queued", "ready", "waiting", "promoting", "rolling_back"}

    @property
    def is_soon(self) -> bool:
        """Say whether nothing but time is missing."""
        return self.share is not None and self.state in {"soaking", "baking"}


def next_steps(
    rollout: Rollout,
    tiers: Sequence[Tier],
    by_tier: Mapping[int, Sequence[Pair]],
    open_ones: Mapping[int, Waiting],
    *,
    untrusted: str,
    now: datetime,
) -> dict[int, NextStep]:
    """Return the next step of each tier of a rollout.

    Shapes
        tiers           all of the rollout, in order
        by_tier         {tier id: its targets that the fleet file names}
        open_ones       {tier id: its open promotion}
        untrusted       why no comparison can be trusted now; ""
    """
    found: dict[int, NextStep] = {}
    for place, tier in enumerate(tiers):
        pairs = by_tier.get(tier.pk, ())
        open_one = open_ones.get(tier.pk)
        if open_one is not None:
            found[tier.pk] = _under_way(open_one)
            continue
        mode = mode_to_leave(target.mode for target, row in pairs if not row.is_set_aside)
        to_mode = step_up(mode) if mode is not None else None
        if mode is None or to_mode is None:
            found[tier.pk] = _nothing_to_do(tier, pairs, mode, now)
            continue
        earlier = tuple(_earlier(tiers[:place], by_tier, to_mode, now))
        facts = _facts(tier, pairs, (mode, to_mode), now=now, earlier=earlier, untrusted=untrusted)
        url = reverse("tier", args=[rollout.key, tier.name])
        found[tier.pk] = judged(facts, judge(facts), url=f"{url}#next-step", pairs=pairs)
    return found


def mode_to_leave(modes: Iterable[str]) -> Mode | None:
    """Return the least risky of some modes that a step leads on from, else the riskiest known.

    None where no mode is known.
    """
    present = {Mode(mode) for mode in modes} - {Mode.UNKNOWN}
    return next((mode for mode in (Mode.OFF, Mode.SHADOW, Mode.EXEC) if mode in present), None)


def _under_way(one: Waiting) -> NextStep:
    state = "waiting" if one.state == State.PENDING else "promoting"
    if one.kind == Kind.ROLLBACK:
        state = "rolling_back"
    return NextStep(state, f"{one.name} {one.for_whom}", one.url, one.to_mode)


def _nothing_to_do(tier: Tier, pairs: Sequence[Pair], mode: Mode | None, now: datetime) -> NextStep:
    """Return what is said of a tier that no step leads on from: it bakes, or it has."""
    if mode is None:
        known = any(not row.is_set_aside for _, row in pairs)
        return NextStep("blocked", "its mode is unknown") if known else NextStep("", "")
    here = earlier_tier(tier, [pair for pair in pairs if not pair[1].is_set_aside], mode, now)
    if here.held_seconds is None:
        return NextStep("", f"in {mode}")
    left = here.bake_seconds - here.held_seconds
    if left <= 0:
        return NextStep("baked", f"in {mode}, baked")
    share = max(here.held_seconds / here.bake_seconds, 0.0)
    return NextStep("baking", f"{span_left(left)} more", share=share, seconds_left=left)


def _earlier(
    tiers: Sequence[Tier], by_tier: Mapping[int, Sequence[Pair]], to_mode: Mode, now: datetime
) -> Iterator[EarlierTier]:
    for tier in tiers:
        pairs = [pair for pair in by_tier.get(tier.pk, ()) if not pair[1].is_set_aside]
        yield earlier_tier(tier, pairs, to_mode, now)


def _facts(
    tier: Tier,
    pairs: Sequence[Pair],
    step: tuple[Mode, Mode],
    *,
    now: datetime,
    earlier: tuple[EarlierTier, ...],
    untrusted: str,
) -> Facts:
    mode, to_mode = step
    moving = [pair for pair in pairs if pair[1].mode == mode and not pair[1].is_set_aside]
    observed = {
        target.pk: target.observed_mode
        for target, _ in moving
        if target.observed_mode not in {"", mode}
    }
    return Facts(
        from_mode=mode,
        to_mode=to_mode,
        members=member_facts([row for _, row in moving], observed, mode, now),
        demand=demand_of(tier),
        earlier=earlier,
        open_promotions=(),
        untrusted=untrusted,
    )


def judged(
    facts: Facts, judgements: Sequence[Judgement], *, url: str, pairs: Sequence[Pair]
) -> NextStep:
    """Return what the judgements of a step come to, in one line."""
    closed = tuple(one for one in judgements if not one.is_open)
    names = tuple(one.gate for one in closed)
    if not closed:
        return NextStep("ready", f"ready: ask for {facts.to_mode}", url, facts.to_mode)
    shares = [one.share for one in closed if one.share is not None]
    if set(names) <= TIME_ALONE and len(shares) == len(closed):
        left = seconds_left(facts, [row for _, row in pairs])
        words = _time_alone(facts, closed, left)
        return NextStep("soaking", words, url, facts.to_mode, names, min(shares), left)
    if set(names) <= TIME_ALONE and "order" in names:
        return NextStep("queued", _queued(facts), url, facts.to_mode, names)
    return NextStep("blocked", f"blocked: {_blocked(facts, closed)}", url, facts.to_mode, names)


def seconds_left(facts: Facts, rows: Sequence[TargetRow]) -> float | None:
    """Return in how long time alone could open soak and order; None where nobody can tell.

    Changes applied alike come when they come: a step that lacks them has no time.
    """
    if any(one.clean_changes < facts.demand.changes for one in facts.members):
        return None
    intervals = {row.key: row.facts.interval_seconds for row in rows}
    demand = facts.demand
    times = [
        max(
            demand.soak_seconds - one.clean_seconds,
            (demand.looks - one.clean_looks) * intervals[one.key],
        )
        for one in facts.members
        if facts.from_mode == Mode.SHADOW
    ]
    bakes = [
        tier.bake_seconds - tier.held_seconds
        for tier in facts.earlier
        if tier.targets and tier.held_seconds is not None
    ]
    return max([*times, *bakes, 0.0])


def _time_alone(facts: Facts, closed: Sequence[Judgement], left: float | None) -> str:
    slowest = min(closed, key=lambda one: one.share or 0.0)
    what = slowest.gate
    if what == "order":
        baking = next(tier for tier in facts.earlier if _bakes(tier))
        what = f"{baking.name} bakes,"
    rest = f", {span_left(left)} to go" if left else ""
    return f"{what} {int((slowest.share or 0.0) * 100)} %{rest}"


def _bakes(tier: EarlierTier) -> bool:
    return tier.held_seconds is not None and tier.held_seconds < tier.bake_seconds


def _queued(facts: Facts) -> str:
    """Return which tier has to come first."""
    for tier in facts.earlier:
        if tier.targets and tier.in_mode < tier.targets:
            return f"after {tier.name}"
        if tier.failing or tier.unseen:
            return f"{tier.name} is not known to be well"
    return "after the tiers before it"


def _blocked(facts: Facts, closed: Sequence[Judgement]) -> str:
    """Return who keeps the gates closed, the one named first in whole words."""
    by_key = {one.key: one for one in facts.members}
    keys = [key for one in closed if one.gate not in TIME_ALONE for key in one.standing_in_way]
    members = [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
    if not members:
        return f"{listed([one.gate for one in closed])} closed"
    first = members[0]
    gate = next(one.gate for one in closed if first.key in one.standing_in_way)
    words = first.state.replace("_", " ")
    said = words if words == "differs" else f"is {words}"
    if first.state in {"clean", "follows", "not_compared"}:
        said = f"is not {gate}"
    more = f" and {counted(len(members) - 1, 'more target')}" if len(members) > 1 else ""
    return f"{first.name} {said}{more}"
