"""How far each target of a promotion has followed: intent, written, observed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse

from rollouts.machine import Mode
from rollouts.models import Promotion, StepState
from rollouts.queries.target_rows import name_of

SHOWN = 60
"""Of one promotion; those that need looking at come first."""

READINGS = 3
"""Equal readings in a row until a target counts as observed."""

_FIRST = (StepState.FAILED, StepState.INTENT, StepState.WRITTEN, StepState.OBSERVED)


@dataclass(frozen=True, slots=True)
class MovingTarget:
    """One target that a promotion names.

    Shapes
        state       intent, written, observed or failed; "" before it was started
        heard       what was read back last, a mode or why none could be read
    """

    name: str
    url: str
    state: str
    readings: int
    heard: str
    reference: str
    written_at: datetime | None
    observed_at: datetime | None

    @property
    def is_torn(self) -> bool:
        """Say whether several modes were heard at once: its replicas disagree."""
        return " and " in self.heard and set(self.heard.split(" and ")) <= set(Mode)

    @property
    def marks(self) -> tuple[bool, ...]:
        """Return whether each of the readings asked for was equal."""
        return tuple(place < self.readings for place in range(READINGS))


@dataclass(frozen=True, slots=True)
class Progress:
    """How many targets are how far; `total` counts all that are named."""

    total: int
    written: int
    observed: int
    failed: int

    @property
    def left_out(self) -> int:
        """Return how many targets a page does not list."""
        return max(self.total - SHOWN, 0)


def progress_of(promotion: Promotion) -> Progress:
    """Return how many targets of a promotion have come how far."""
    states = Counter(promotion.steps.values_list("state", flat=True))
    total = sum(states.values()) or promotion.members.count()
    return Progress(
        total=total,
        written=states[StepState.WRITTEN] + states[StepState.OBSERVED],
        observed=states[StepState.OBSERVED],
        failed=states[StepState.FAILED],
    )


def moving_targets(promotion: Promotion) -> tuple[MovingTarget, ...]:
    """Return the targets of a promotion, those that are behind first."""
    order = Case(
        *(When(state=state, then=Value(place)) for place, state in enumerate(_FIRST)),
        output_field=IntegerField(),
    )
    steps = promotion.steps.select_related("target__cluster").annotate(place=order)
    listed = list(steps.order_by("place", "target__key")[:SHOWN])
    if listed:
        return tuple(
            MovingTarget(
                name=name_of(step.target),
                url=reverse("target", args=[step.target_id]),
                state=step.state,
                readings=min(step.readings, READINGS),
                heard=step.heard,
                reference=step.reference,
                written_at=step.written_at,
                observed_at=step.observed_at,
            )
            for step in listed
        )
    members = promotion.members.select_related("target__cluster").order_by("target__key")
    return tuple(
        MovingTarget(
            name_of(one.target), reverse("target", args=[one.target_id]), "", 0, "", "", None, None
        )
        for one in members[:SHOWN]
    )
