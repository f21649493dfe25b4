"""The page of one promotion: what changes, on what evidence, who agreed, how far it has come."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.urls import reverse

from diffs.versions import NO_RULES
from rollouts.evidence import Change, Document, worse
from rollouts.evidence.eased import eased
from rollouts.fleet_file.policy import DEFAULT_POLICY
from rollouts.machine import UNDER_WAY, Event, Kind, Mode, State, may, mode_step
from rollouts.models import Promotion
from rollouts.permissions.roles import Role
from rollouts.queries.approvers import approvers
from rollouts.queries.commit_links import commit_link
from rollouts.queries.gate_rows import GateRow, gate_rows, gates_then
from rollouts.queries.previews import ShownPreview, preview_of_promotion
from rollouts.queries.promotion_approvals import Signed, signed
from rollouts.queries.promotion_evidence import evidence_now
from rollouts.queries.promotion_steps import MovingTarget, Progress, moving_targets, progress_of
from rollouts.queries.promotion_timeline import Entry, timeline_of
from rollouts.queries.promotion_words import meaning_of, shown_state
from rollouts.queries.step_evidence import StepEvidence
from rollouts.queries.why_not import (
    APPROVED,
    why_not_approve,
    why_not_expired,
    why_not_judged,
    why_not_reject,
    why_not_withdraw,
)

JUDGED = (State.PENDING, State.APPROVED, State.SCHEDULED)
"""States in which the step still lies ahead: its gates can be judged now."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a promotion stands on, then and now.

    Shapes
        digest          of what it was asked for on, 64 hex
        now             the evidence as it is now, for the forms; None once nothing is judged
        rules           the version of the rules; "" where there were none
        got_worse       what got worse since it was asked for
        moved           what moved without getting worse
        targets, differences, gates     how many of each it holds
    """

    digest: str
    now: Document | None
    now_digest: str
    got_worse: tuple[Change, ...]
    moved: tuple[str, ...]
    targets: int
    differences: int
    policy: str
    rules: str
    gates: tuple[GateRow, ...]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class May:
    """Why the viewer may not: "" where they may, None where that is no question; or by gates."""

    approve: str | None
    reject: str | None
    withdraw: str | None
    is_gated: bool


@dataclass(frozen=True, slots=True)
class PromotionPage:
    """All that the page of a promotion prints."""

    id: int
    name: str
    url: str
    kind: str
    tier_name: str
    tier_url: str
    rollout_key: str
    is_production: bool
    from_mode: str
    to_mode: str
    state: str
    meaning: str
    state_at: datetime
    state_reason: str
    problem: str
    is_open: bool
    requested_by: str
    requested_at: datetime
    reason: str
    expires_at: datetime
    started_at: datetime | None
    written_at: datetime | None
    deadline_at: datetime | None
    reference: str
    commit_url: str
    generation: int | None
    supersedes: str
    supersedes_url: str
    superseded_by: str
    superseded_by_url: str
    evidence: Evidence
    preview: ShownPreview | None
    signed: Signed
    may: May
    progress: Progress
    targets: tuple[MovingTarget, ...]
    entries: tuple[Entry, ...]
    bake_seconds: int
    deadline_seconds: int

    @property
    def is_rollback(self) -> bool:
        """Say whether it leads the safe way."""
        return self.kind == Kind.ROLLBACK


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a promotion; `roles` are those held in its tier."""

    user: User
    roles: Set[Role]
    is_watched: bool


def promotion_page(
    promotion: Promotion, viewer: Viewer, *, subject: str, now: datetime
) -> PromotionPage:
    """Return a promotion's page; `subject` is how the trail names it."""
    tier, state = promotion.tier, State(promotion.state)
    is_judged = state in JUDGED and promotion.kind == Kind.PROMOTION
    watched = viewer.is_watched
    step = evidence_now(promotion, now=now, is_watched=watched) if is_judged else None
    evidence = _evidence(promotion, step)
    signatures = signed(promotion, approvers())
    progress = progress_of(promotion)
    before, after = promotion.supersedes, _superseded_by(promotion)
    return PromotionPage(
        id=promotion.pk,
        name=promotion.name,
        url=reverse("promotion", args=[promotion.pk]),
        kind=promotion.kind,
        tier_name=tier.name,
        tier_url=reverse("tier", args=[tier.rollout.key, tier.name]),
        rollout_key=tier.rollout.key,
        is_production=promotion.is_production,
        from_mode=promotion.from_mode,
        to_mode=promotion.to_mode,
        state=shown_state(promotion),
        meaning=meaning_of(promotion, state),
        state_at=promotion.state_at,
        state_reason=promotion.state_reason,
        problem=promotion.problem,
        is_open=state in (*JUDGED, *UNDER_WAY),
        requested_by=promotion.requested_by.username,
        requested_at=promotion.requested_at,
        reason=promotion.reason,
        expires_at=promotion.expires_at,
        started_at=promotion.started_at,
        written_at=promotion.written_at,
        deadline_at=promotion.deadline_at if state in UNDER_WAY else None,
        reference=promotion.reference,
        commit_url=commit_link(promotion),
        generation=promotion.generation,
        supersedes=before.name if before else "",
        supersedes_url=reverse("promotion", args=[before.pk]) if before else "",
        superseded_by=after.name if after else "",
        superseded_by_url=reverse("promotion", args=[after.pk]) if after else "",
        evidence=evidence,
        preview=preview_of_promotion(promotion),
        signed=signatures,
        may=_may(promotion, viewer, step, signatures.ids, now=now),
        progress=progress,
        targets=moving_targets(promotion),
        entries=timeline_of(subject),
        bake_seconds=int(tier.policy.get("bake_seconds", DEFAULT_POLICY.bake_seconds)),
        deadline_seconds=int(tier.policy.get("deadline_seconds", DEFAULT_POLICY.deadline_seconds)),
    )


def _superseded_by(promotion: Promotion) -> Promotion | None:
    is_over = promotion.state == State.SUPERSEDED
    return Promotion.objects.filter(supersedes=promotion).first() if is_over else None


def _evidence(promotion: Promotion, step: StepEvidence | None) -> Evidence:
    then = promotion.evidence
    asked = mode_step(Mode(promotion.from_mode), Mode(promotion.to_mode)).gates
    said, targets = then.get("gates", {}), then.get("targets", {})
    verdicts = {name: said[name] for name in asked if name in said}
    differences = sum(len(target.get("differences", ())) for target in targets.values())
    closed = step.closed if step else ()
    return Evidence(
        digest=promotion.evidence_digest,
        now=step.document if step else None,
        now_digest=step.digest if step else "",
        got_worse=worse(then, step.document) if step else (),
        moved=eased(then, step.document) if step and step.facts.is_watched else (),
        targets=len(targets),
        differences=differences,
        policy=promotion.policy_version,
        rules=str(then.get("rules", "")).replace(NO_RULES, ""),
        gates=gate_rows(step.judgements, verdicts) if step else gates_then(verdicts),
        next_at=min((one.next_at for one in closed if one.next_at), default=None),
    )


def _may(
    promotion: Promotion,
    viewer: Viewer,
    step: StepEvidence | None,
    signed_ids: Set[int],
    *,
    now: datetime,
) -> May:
    kind, state, tier = Kind(promotion.kind), State(promotion.state), promotion.tier
    reject, withdraw, approve, is_gated = None, None, None, False
    if may(kind, state, Event.REJECT):
        reject = why_not_reject(tier, viewer.roles)
    if may(kind, state, Event.WITHDRAW):
        withdraw = why_not_withdraw(promotion, viewer.user.pk, viewer.roles)
    if state == State.PENDING and step is not None:
        approve = why_not_approve(promotion, viewer.user.pk, viewer.roles)
        if not approve and viewer.user.pk in signed_ids:
            approve = "You have approved it already. It waits for others."
        if not approve:
            approve = _why_not_now(promotion, step, now=now)
            is_gated = approve == why_not_judged(step, APPROVED)
    return May(approve, reject, withdraw, is_gated)


def _why_not_now(promotion: Promotion, step: StepEvidence, *, now: datetime) -> str:
    """Return why nobody can approve at this moment; "" where who may can."""
    if why := why_not_expired(promotion, now):
        return why
    if worse(promotion.evidence, step.document):
        return "What was asked for got worse, so that it ends. It has to be asked for anew."
    return why_not_judged(step, APPROVED)
