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
from rollouts.gates.naming import span_left
from rollouts.machine import Kind, Mode, State, step_up
from rollouts.models import Rollout, Target, Tier
from rollouts.queries.open_promotions import Waiting
from rollouts.queries.step_facts import demand_of, earlier_tier, member_facts
from rollouts.queries.step_words import (
    TIME_ALONE,
    blocked_words,
    queued_words,
    seconds_left,
    time_alone_words,
)
from rollouts.queries.target_rows import TargetRow

Pair = tuple[Target, TargetRow]


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
        proof           of a tier that holds its last mode; "" else
        seconds_left    until time alone has opened it, as far as can be told
    """

    state: str
    words: str
    url: str = ""
    to_mode: str = ""
    closed: tuple[str, ...] = ()
    share: float | None = None
    seconds_left: float | None = None
    proof: str = ""

    @property
    def is_told(self) -> bool:
        """Say whether the words tell all there is to tell while nobody is needed."""
        return self.state in {"soaking", "queued", "ready", "waiting", "promoting", "rolling_back"}

    @property
    def is_soon(self) -> bool:
        """Say whether nothing but time is missing."""
        return self.share is not None and self.state in {"soaking", "baking"}


def next_steps(  # noqa: PLR0913  (all that the steps of one rollout are judged on)
    rollout: Rollout,
    tiers: Sequence[Tier],
    by_tier: Mapping[int, Sequence[Pair]],
    open_ones: Mapping[int, Waiting],
    *,
    untrusted: str,
    is_watched: bool,
    now: datetime,
) -> dict[int, NextStep]:
    """Return the next step of each tier of a rollout.

    Shapes
        tiers           all of the rollout, in order
        by_tier         {tier id: its targets that the fleet file names}
        open_ones       {tier id: its open promotion}
        untrusted       why no comparison can be trusted now; ""
        is_watched      whether any worker hands out looks
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
        step = _Step(tier, mode, to_mode, untrusted, is_watched)
        facts = _facts(step, pairs, earlier, now=now)
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
    here = earlier_tier(tier, pairs, mode, now)
    if here.held_seconds is None:
        return NextStep("", f"in {mode}")
    left = here.bake_seconds - here.held_seconds
    if left <= 0:
        return NextStep("baked", f"in {mode}, baked", proof=f"baked {span_left(here.held_seconds)}")
    share = max(here.held_seconds / here.bake_seconds, 0.0)
    words = f"{span_left(left)} more"
    return NextStep("baking", words, share=share, seconds_left=left, proof="bakes")


def _earlier(
    tiers: Sequence[Tier], by_tier: Mapping[int, Sequence[Pair]], to_mode: Mode, now: datetime
) -> Iterator[EarlierTier]:
    for tier in tiers:
        yield earlier_tier(tier, by_tier.get(tier.pk, ()), to_mode, now)


@dataclass(frozen=True, slots=True)
class _Step:
    """One step that is judged, and on what footing."""

    tier: Tier
    mode: Mode
    to_mode: Mode
    untrusted: str
    is_watched: bool


def _facts(
    step: _Step, pairs: Sequence[Pair], earlier: tuple[EarlierTier, ...], *, now: datetime
) -> Facts:
    mode = step.mode
    moving = [pair for pair in pairs if pair[1].mode == mode and not pair[1].is_set_aside]
    return Facts(
        from_mode=mode,
        to_mode=step.to_mode,
        members=member_facts([row for _, row in moving], mode, now),
        demand=demand_of(step.tier),
        earlier=earlier,
        open_promotions=(),
        untrusted=step.untrusted,
        is_watched=step.is_watched,
    )


def judged(
    facts: Facts, judgements: Sequence[Judgement], *, url: str, pairs: Sequence[Pair]
) -> NextStep:
    """Return what the judgements of a step come to, in one line."""
    closed = tuple(one for one in judgements if not one.is_open)
    names = tuple(one.gate for one in closed)
    if not facts.is_watched:
        words = "nobody looks, so nothing is judged"
        return NextStep("blocked", words, url, facts.to_mode, names)
    if not closed:
        return NextStep("ready", f"ready: ask for {facts.to_mode}", url, facts.to_mode)
    shares = [one.share for one in closed if one.share is not None]
    if set(names) <= TIME_ALONE and len(shares) == len(closed):
        left = seconds_left(facts, [row for _, row in pairs])
        words = time_alone_words(facts, closed, left)
        return NextStep("soaking", words, url, facts.to_mode, names, min(shares), left)
    if set(names) <= TIME_ALONE and "order" in names:
        return NextStep("queued", queued_words(facts), url, facts.to_mode, names)
    return NextStep(
        "blocked", f"blocked: {blocked_words(facts, closed)}", url, facts.to_mode, names
    )
