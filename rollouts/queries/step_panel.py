"""The next step of a tier as its page shows it: gates, preview, who would move, why it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from rollouts.evidence import Document
from rollouts.gates import Verdict
from rollouts.gates.naming import counted
from rollouts.machine import Mode, step_up
from rollouts.models import Tier
from rollouts.permissions.roles import Role
from rollouts.queries.approvers import Approvers
from rollouts.queries.gate_rows import GateRow, gate_rows
from rollouts.queries.next_steps import mode_to_leave
from rollouts.queries.open_promotions import either
from rollouts.queries.previews import ShownPreview, preview_of_choice
from rollouts.queries.quorum_asked import quorum_of
from rollouts.queries.step_evidence import StepEvidence, step_evidence
from rollouts.queries.target_rows import LoadedTier
from rollouts.queries.why_not import ASKED_FOR, closed_words, why_not_judged, why_not_request


@dataclass(frozen=True, slots=True)
class Candidate:
    """A target that would move, and what keeps it from doing so now; "" where nothing does.

    `is_chosen` says that the address names it: its change is shown alone, or with its like.
    """

    id: int
    name: str
    why_not: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class StepPanel:
    """One step that a tier could take.

    Shapes
        candidates      the targets that would move
        left_out        the names of the others, and why each would not
        why_not         why nothing can be asked for, a whole sentence; "" where something can
        only_part       why all of them cannot be asked for although some can; "" else
        next_at         when the gates may say something else, where they alone stand in the way
        people          who would have to approve: "1 of bob and carol"
    """

    from_mode: str
    to_mode: str
    gates: tuple[GateRow, ...]
    candidates: tuple[Candidate, ...]
    left_out: tuple[tuple[str, str], ...]
    why_not: str
    only_part: str
    next_at: datetime | None
    preview: ShownPreview | None
    document: Document
    digest: str
    people: str

    @property
    def closed(self) -> int:
        """Return how many gates are closed."""
        return sum(not gate.is_open for gate in self.gates)

    @property
    def chosen(self) -> tuple[str, ...]:
        """Return the names of the targets whose change is shown; () for all."""
        return tuple(one.name for one in self.candidates if one.is_chosen)

    @property
    def is_part_possible(self) -> bool:
        """Say whether there is a choice of targets at all."""
        return len(self.candidates) > 1


@dataclass(frozen=True, slots=True)
class Asker:
    """Who looks at a panel, and what stands around it.

    Shapes
        roles       what they hold in this tier
        chosen      the ids of the targets that they want to see the change for
    """

    user_id: int
    roles: Set[Role]
    approvers: Approvers
    chosen: Set[int] = frozenset()


def step_panel(
    tier: Tier,
    asker: Asker,
    loaded: LoadedTier,
    previews: Mapping[str, ShownPreview],
    *,
    now: datetime,
) -> StepPanel | None:
    """Return the next step of a tier; None where no target can go on.

    Shapes
        previews    {mode that a step leads to: its forecast}
    """
    mode = mode_to_leave(row.mode for row in loaded.rows if not row.is_set_aside)
    to_mode = step_up(mode) if mode is not None else None
    if mode is None or to_mode is None:
        return None
    step = step_evidence(
        tier,
        from_mode=mode,
        to_mode=to_mode,
        now=now,
        is_watched=loaded.is_watched,
        loaded=loaded,
    )
    gates = gate_rows(step.judgements)
    candidates = _candidates(step, asker.chosen)
    fault = why_not_request(tier, asker.roles)
    may_ask = not fault
    only_part = "" if fault else _only_part(step, candidates)
    if not fault and not only_part:
        fault = why_not_judged(step, ASKED_FOR)
    return StepPanel(
        from_mode=mode,
        to_mode=to_mode,
        gates=gates,
        candidates=candidates,
        left_out=tuple((row.name, why) for row, why in step.left_out),
        why_not=fault,
        only_part=only_part,
        next_at=_next_at(step) if may_ask else None,
        preview=_preview(tier, to_mode, candidates, previews),
        document=step.document,
        digest=step.digest,
        people=_people(tier, mode, to_mode, asker),
    )


def _next_at(step: StepEvidence) -> datetime | None:
    """Return when a closed gate may say something else."""
    return min((one.next_at for one in step.closed if one.next_at), default=None)


def _candidates(step: StepEvidence, chosen: Set[int]) -> tuple[Candidate, ...]:
    """Return the targets that would move with the gates that each of them keeps closed."""
    return tuple(
        Candidate(
            row.id,
            row.name,
            ", ".join(one.gate for one in step.closed if row.key in one.standing_in_way),
            row.id in chosen,
        )
        for row in step.members
    )


def _only_part(step: StepEvidence, candidates: tuple[Candidate, ...]) -> str:
    """Return why only some can be asked for; "" where none can, or all soon can by themselves.

    Time, and a moment of doubt, are no reason to go without a target: something has to be wrong.
    """
    free = [one for one in candidates if not one.why_not]
    is_wrong = any(one.verdict == Verdict.FAIL and one.gate != "soak" for one in step.closed)
    if not free or not is_wrong or any(not one.standing_in_way for one in step.closed):
        return ""
    of_all = f"{len(free):,} of {counted(len(candidates), 'target')} can go on."
    return f"{closed_words(step.closed)} {of_all}"


def _preview(
    tier: Tier,
    to_mode: str,
    candidates: Sequence[Candidate],
    previews: Mapping[str, ShownPreview],
) -> ShownPreview | None:
    """Return the forecast for those who are chosen, else for all."""
    chosen = [one.id for one in candidates if one.is_chosen]
    return preview_of_choice(tier, to_mode, chosen) if chosen else previews.get(to_mode)


def _people(tier: Tier, mode: Mode, to_mode: Mode, asker: Asker) -> str:
    """Return who would have to approve it, were the viewer to ask."""
    quorum, groups = quorum_of(tier, mode, to_mode)
    could = [one for one in asker.approvers.of(tier) if one.id != asker.user_id]
    missing = dict(groups) or {"": quorum}
    named = either(could, missing, tier)
    if groups:
        seats = " and ".join(f"{count} of {name}" for name, count in sorted(groups.items()))
        return f"{seats}: {named}"
    return named
