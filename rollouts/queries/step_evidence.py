"""One step of a tier as it stands: who would move, what the gates say, and the evidence for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from diffs.queries.active_rules import rules_version
from diffs.queries.evidence import addresses_of, present_verdicts
from diffs.verdicts import Verdict
from rollouts.evidence import Document, TargetEvidence, digest_of, evidence_document
from rollouts.gates import Facts, Judgement, judge, order
from rollouts.machine import Mode
from rollouts.models import Rollout, Target, Tier
from rollouts.queries.collector import collector_beat, is_alive
from rollouts.queries.order import place_of
from rollouts.queries.step_facts import step_facts
from rollouts.queries.target_rows import LoadedTier, TargetRow, load_tier

UNTOLD = "nothing could tell that it follows"
"""Why a target does not move whose mode no address tells and no applier keeps: applied means read
back."""


@dataclass(frozen=True, slots=True)
class StepEvidence:
    """A step with its judgements and its document.

    Shapes
        members     the targets that would move, by key
        left_out    the other targets of the tier that count, and why each would not move
        closed      the judgements that keep the step shut
    """

    from_mode: Mode
    to_mode: Mode
    members: tuple[TargetRow, ...]
    left_out: tuple[tuple[TargetRow, str], ...]
    facts: Facts
    judgements: tuple[Judgement, ...]
    document: Document
    digest: str

    @property
    def closed(self) -> tuple[Judgement, ...]:
        """Return the judgements that are not a pass."""
        return tuple(one for one in self.judgements if not one.is_open)

    @property
    def is_open(self) -> bool:
        """Say whether there is somebody to move and every gate lets through."""
        return bool(self.members) and not self.closed


def step_evidence(  # noqa: PLR0913  (which step, for whom, and what the caller knows)
    tier: Tier,
    *,
    from_mode: Mode,
    to_mode: Mode,
    now: datetime,
    named: Collection[int] | None = None,
    but_not: int | None = None,
    is_watched: bool | None = None,
    loaded: LoadedTier | None = None,
) -> StepEvidence:
    """Return a step of a tier as it stands now.

    Shapes
        named       the ids of the targets that are to move; None: all that can
        but_not     the id of the promotion that is judged: it never counts itself
        is_watched  whether any worker hands out looks, where a page knows; None: it is asked here
        loaded      the tier's targets, where a page has them; gates judge what was seen last, so
                    that rows of a fleet that nobody looks at are loaded anew

    Errors
        IllegalStep     no step leads from the one mode to the other
    """
    if loaded is None or not loaded.is_watched:
        loaded = load_tier(tier, now=now)
    members, left_out = _sorted_out(loaded.rows, from_mode, named)
    verdicts = present_verdicts([row.facts.source_id for row in members], now=now)
    facts = step_facts(
        tier,
        members,
        from_mode=from_mode,
        to_mode=to_mode,
        now=now,
        is_watched=is_alive(collector_beat(), now=now) if is_watched is None else is_watched,
        but_not=but_not,
        expected={source: _expected(each) for source, each in verdicts.items()},
    )
    judgements = judge(facts)
    chosen = {row.id for row in members}
    document = evidence_document(
        rollout=tier.rollout.key,
        tier=tier.name,
        from_mode=from_mode,
        to_mode=to_mode,
        policy_version=policy_version(tier),
        rules_version=rules_version(tier.rollout.key, tier.name, now=now),
        targets=_targets([one for one in loaded.targets if one.pk in chosen], tier, verdicts),
        gates={one.gate: one.verdict for one in judgements},
        set_aside={one.name: one.set_aside for one in facts.earlier if one.set_aside}
        if any(one.gate == order.NAME for one in judgements)
        else {},
    )
    return StepEvidence(
        from_mode,
        to_mode,
        tuple(members),
        tuple(left_out),
        facts,
        judgements,
        document,
        digest_of(document),
    )


def policy_version(tier: Tier) -> str:
    """Return the SHA-256 of all that the fleet file says about how this tier is moved."""
    rollout = tier.rollout
    how = [tier.policy, tier.is_production, rollout.applier, rollout.modes, rollout.evidence]
    return digest_of(how)


def _sorted_out(
    rows: Collection[TargetRow], from_mode: Mode, named: Collection[int] | None
) -> tuple[list[TargetRow], list[tuple[TargetRow, str]]]:
    """Tell who moves from who does not. A target that was named moves only if it can."""
    members, left_out = [], []
    for row in rows:
        if why := _why_not(row, from_mode, named):
            left_out.append((row, why))
        else:
            members.append(row)
    return members, left_out


def _why_not(row: TargetRow, from_mode: Mode, named: Collection[int] | None) -> str:
    if row.is_set_aside:
        return "set aside"
    if row.mode != from_mode:
        return f"its mode is {row.mode}"
    if not row.is_told:
        return UNTOLD
    return "" if named is None or row.id in named else "not named"


def _expected(verdicts: Mapping[str, Verdict]) -> int:
    """Return how many differences of a target people expect."""
    return sum(verdict is Verdict.EXPECTED for verdict in verdicts.values())


def _targets(
    targets: Collection[Target], tier: Tier, verdicts: Mapping[int, Mapping[str, Verdict]]
) -> dict[str, TargetEvidence]:
    """Return the evidence of each target by its key."""
    addresses = addresses_of([target.source_id for target in targets])
    return {
        target.key: TargetEvidence(
            generation=target.generation,
            addresses=addresses.get(target.source_id, {}),
            differences={
                name: str(verdict) for name, verdict in verdicts.get(target.source_id, {}).items()
            },
            place=_place(target, tier.rollout),
            read_back=digest_of(target.read_back),
        )
        for target in targets
    }


def _place(target: Target, rollout: Rollout) -> str:
    """Return the digest of what an applier would be told of a target, its name aside."""
    place = place_of(target, rollout)
    return digest_of([dict(place.options), dict(place.fields)])
