"""The forms of pages that move tiers, with what the page showed put into them.

A form that comes back keeps what was typed; what nobody types is always that of the present page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib.auth.models import User

from rollouts.evidence import Change, Document
from rollouts.forms import PageForm
from rollouts.models import Promotion, Tier
from rollouts.promotion_forms import (
    ApproveForm,
    RejectForm,
    RequestForm,
    RollBackForm,
    WithdrawForm,
    fresh_nonce,
)
from rollouts.queries.tier_steps import TierSteps
from rollouts.shown import as_shown

KEPT = ("reason",)
"""What of a refused form is offered again; the name of the tier is typed anew."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a form was not taken: a sentence, and what got worse where that is why."""

    sentence: str = ""
    changes: tuple[Change, ...] = ()


NOT_REFUSED = Refusal()


def step_name(tier: Tier, to_mode: str) -> str:
    """Return what the evidence of a tier's step is signed for."""
    return f"tier {tier.pk} {to_mode}"


def decision_name(promotion: Promotion) -> str:
    """Return what the evidence of a promotion is signed for."""
    return f"promotion {promotion.pk}"


def tier_forms(
    tier: Tier, steps: TierSteps, viewer: User, form: PageForm | None, status: int
) -> dict[str, object]:
    """Return the forms of a tier's page; `form` is one that was not taken."""
    seen: dict[str, object] = {"request_key": fresh_nonce()}
    if steps.panel is not None:
        panel = steps.panel
        shown = as_shown(panel.document, person_id=viewer.pk, step=step_name(tier, panel.to_mode))
        seen |= {"from_mode": panel.from_mode, "to_mode": panel.to_mode, "shown": shown}
    back: dict[str, object] = {"request_key": fresh_nonce()}
    return {
        "request_form": _renewed(form, RequestForm, seen, status)
        or RequestForm(initial=seen | _typed(form, RequestForm), tier_name=tier.name),
        "roll_back_form": _renewed(form, RollBackForm, back, status)
        or RollBackForm(initial=back | _typed(form, RollBackForm)),
    }


def promotion_forms(
    promotion: Promotion,
    document: Document | None,
    viewer: User,
    form: PageForm | None,
    status: int,
    *,
    is_own: Callable[[str], bool] | None,
) -> dict[str, object]:
    """Return the forms of a promotion's page; `form` is one that was not taken.

    Shapes
        is_own      tries the viewer's password, where it is asked for again
    """
    seen: dict[str, object] = {}
    if document is not None:
        step = decision_name(promotion)
        seen["shown"] = as_shown(document, person_id=viewer.pk, step=step)
    back: dict[str, object] = {"request_key": fresh_nonce()}
    return {
        "approve_form": _renewed(form, ApproveForm, seen, status)
        or ApproveForm(initial=seen, tier_name=promotion.tier.name, is_own=is_own),
        "reject_form": _renewed(form, RejectForm, {}, status)
        or RejectForm(initial=_typed(form, RejectForm)),
        "withdraw_form": _renewed(form, WithdrawForm, {}, status)
        or WithdrawForm(initial=_typed(form, WithdrawForm)),
        "roll_back_form": RollBackForm(initial=back),
    }


def _renewed(
    form: PageForm | None, kind: type[PageForm], seen: dict[str, object], status: int
) -> PageForm | None:
    """Return a form with faults, about what this page shows; None for any other."""
    if not isinstance(form, kind) or status != HTTPStatus.UNPROCESSABLE_ENTITY:
        return None
    form.data = {**dict(form.data.items()), **seen}
    form.point_out_fault()
    return form


def _typed(form: PageForm | None, kind: type[PageForm]) -> dict[str, object]:
    """Return what was typed into a form that was refused."""
    if not isinstance(form, kind):
        return {}
    return {name: form.data.get(name, "") for name in KEPT}
