"""A request to move targets of one tier, who agreed, and how each target followed.

Theory. Constraints give safety: whatever the code does, the database holds no second open
promotion of a tier, no approval by the person who asked, no illegal step, no quorum below the
least. Triggers (declared in rollouts.apps) keep the intent from changing after it was written.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from rollouts.machine import (
    MODE_STEPS,
    OPEN,
    PRODUCTION_APPROVALS,
    Kind,
    Mode,
    State,
    states_of,
)
from rollouts.models.constraints import CompositeForeignKey
from rollouts.models.rollout import Target, Tier


def _legal_steps() -> Q:
    """Return the condition that kind and modes are a row of the machine's table."""
    rows = (
        Q(kind=step.kind.value, from_mode=old.value, to_mode=new.value)
        for (old, new), step in MODE_STEPS.items()
    )
    return reduce(or_, rows)


def _enough_people() -> Q:
    """Return the condition that the quorum is not below the least of the machine's table."""
    return (
        Q(kind=Kind.ROLLBACK.value)
        | Q(quorum__gte=PRODUCTION_APPROVALS)
        | Q(quorum__gte=1, is_production=False)
        | Q(quorum__gte=1, to_mode=Mode.SHADOW.value)
    )


def _states_of_its_kind() -> Q:
    """Return the condition that a rollback is in no state that takes a way back away."""
    states = [state.value for state in states_of(Kind.ROLLBACK)]
    return Q(kind=Kind.PROMOTION.value) | Q(state__in=states)


class Promotion(models.Model):
    """One intent: these targets of this tier, from this mode to that one, on this evidence.

    Shapes
        request_key         the form's nonce: sending a form twice is one request
        idempotency_key     what the outside world knows this promotion by, unique for ever
        quorum, groups      people beside the requester; how many of which group, {} for any
        evidence            the document that was judged, its SHA-256 in `evidence_digest`
        policy_version      SHA-256 of the tier's effective policy
        generation          of the members since it was started; None before
        reference           what the applier left outside: a commit
        forecast            what it would change, as a worker told last: see Forecast
    """

    kind = models.CharField(max_length=9, choices=[(kind.value, kind.value) for kind in Kind])
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="promotions")
    request_key = models.CharField(max_length=64, unique=True)
    idempotency_key = models.CharField(max_length=32, unique=True)
    from_mode = models.CharField(max_length=7)
    to_mode = models.CharField(max_length=7)
    is_production = models.BooleanField()
    quorum = models.PositiveSmallIntegerField()
    groups = models.JSONField(default=dict)
    evidence = models.JSONField()
    evidence_digest = models.CharField(max_length=64)
    policy_version = models.CharField(max_length=64)
    base_generation = models.PositiveIntegerField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    expires_at = models.DateTimeField()
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in State])
    state_at = models.DateTimeField()
    state_reason = models.TextField(blank=True)
    generation = models.PositiveIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, db_index=True)
    problem = models.TextField(blank=True)
    forecast = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tier"],
                condition=Q(state__in=[state.value for state in OPEN]),
                name="one_open_promotion_per_tier",
            ),
            models.UniqueConstraint(fields=["id", "requested_by"], name="whose_request_it_is"),
            models.CheckConstraint(condition=_legal_steps(), name="a_legal_step"),
            models.CheckConstraint(condition=_enough_people(), name="enough_people"),
            models.CheckConstraint(
                condition=Exact(Length("evidence_digest"), 64), name="a_digest_of_evidence"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="a_known_state"
            ),
            models.CheckConstraint(condition=_states_of_its_kind(), name="a_way_back_stays"),
        ]

    @property
    def name(self) -> str:
        """Return the word people know it by."""
        return f"P-{self.pk}"


class PromotionMember(models.Model):
    """One target that a promotion names, and the generation it had when asked for."""

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="members")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="memberships")
    base_generation = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promotion", "target"], name="a_member_once")
        ]


class Approval(models.Model):
    """One person's yes, and the evidence they saw.

    `requested_by` is repeated, so that the database itself refuses who approves their own request.
    """

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="approvals")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField()
    evidence_digest = models.CharField(max_length=64)
    evidence = models.JSONField()

    class Meta:
        ordering: ClassVar = ["approved_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promotion", "approver"], name="one_approval_each"),
            models.CheckConstraint(
                condition=~Q(approver=F("requested_by")), name="nobody_approves_their_own"
            ),
            models.CheckConstraint(
                condition=Exact(Length("evidence_digest"), 64), name="a_digest_of_what_was_seen"
            ),
            CompositeForeignKey(
                fields=("promotion", "requested_by"),
                to="rollouts_promotion",
                to_columns=("id", "requested_by_id"),
                name="approval_of_that_request",
            ),
        ]


class StepState(models.TextChoices):
    """How far one target has followed."""

    INTENT = "intent"
    WRITTEN = "written"
    OBSERVED = "observed"
    FAILED = "failed"


class ApplyStep(models.Model):
    """One target's move within a promotion that was started.

    `readings` counts the equal readings in a row of the mode asked for; `heard` is what was read
    last, a mode or why none could be read.
    """

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="steps")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="steps")
    generation = models.PositiveIntegerField()
    idempotency_key = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=8, choices=StepState.choices, default=StepState.INTENT)
    reference = models.CharField(max_length=200, blank=True)
    readings = models.PositiveSmallIntegerField(default=0)
    heard = models.TextField(blank=True)
    written_at = models.DateTimeField(null=True)
    observed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["target", "generation"], name="one_step_a_generation")
        ]


class Forecast(models.Model):
    """What carrying out a step of a tier would change, as the applier told it last.

    Made by a worker, since no page may reach out; `head` and `made_at` tell how old it is, which is
    None while nobody has made it yet.

    Shapes
        selection   "" for all targets that can move, else the name of a choice of them
        named       the ids of the targets that were chosen
    """

    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, related_name="forecasts")
    to_mode = models.CharField(max_length=7)
    selection = models.CharField(max_length=64, blank=True)
    named = models.JSONField(default=list)
    made_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    head = models.CharField(max_length=64, blank=True)
    document = models.JSONField(default=dict)
    problem = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tier", "to_mode", "selection"], name="one_forecast_a_choice"
            )
        ]
