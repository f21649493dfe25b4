"""What a person decides about a promotion: approve, reject, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ledger.clock import database_now
from rollouts.evidence import Change
from rollouts.forms import PageForm
from rollouts.models import Promotion
from rollouts.operations.approve_promotion import approve_promotion
from rollouts.operations.end_promotion import reject_promotion, withdraw_promotion
from rollouts.promotion_forms import ApproveForm, RejectForm, WithdrawForm
from rollouts.shown import as_seen
from rollouts.views.decided import decided, faults_of
from rollouts.views.promotions import promotion_answer
from rollouts.views.reauthentication import own_password
from rollouts.views.scopes import person, promotion_of
from rollouts.views.step_forms import Refusal, decision_name


@require_POST
def approve(request: HttpRequest, promotion_id: int) -> HttpResponse:
    """Give the viewer's approval, on the evidence that their page showed."""
    promotion = promotion_of(request, promotion_id)
    is_own = own_password(request, database_now())
    form = ApproveForm(request.POST, tier_name=promotion.tier.name, is_own=is_own)

    def decide() -> Promotion:
        actor, text = person(request), form.cleaned_data["shown"]
        seen = as_seen(text, person_id=actor.pk, step=decision_name(promotion))
        return approve_promotion(promotion, shown=seen, actor=actor, now=database_now())

    return _answer(request, promotion, form, decide)


@require_POST
def reject(request: HttpRequest, promotion_id: int) -> HttpResponse:
    """Say no, with a reason."""
    promotion = promotion_of(request, promotion_id)
    form = RejectForm(request.POST)

    def decide() -> Promotion:
        reason, actor = form.cleaned_data["reason"], person(request)
        return reject_promotion(promotion, reason=reason, actor=actor, now=database_now())

    return _answer(request, promotion, form, decide)


@require_POST
def withdraw(request: HttpRequest, promotion_id: int) -> HttpResponse:
    """Take the request back."""
    promotion = promotion_of(request, promotion_id)
    form = WithdrawForm(request.POST)

    def decide() -> Promotion:
        reason, actor = form.cleaned_data["reason"], person(request)
        return withdraw_promotion(promotion, reason=reason, actor=actor, now=database_now())

    return _answer(request, promotion, form, decide)


def _answer(
    request: HttpRequest, promotion: Promotion, form: PageForm, decide: Callable[[], Promotion]
) -> HttpResponse:
    """Decide where the form is whole; else, and where it is refused, show the page as it is now."""

    def again(sentence: str, changes: tuple[Change, ...], status: int) -> HttpResponse:
        refusal, present = Refusal(sentence, changes), promotion_of(request, promotion.pk)
        return promotion_answer(request, present, refusal=refusal, form=form, status=status)

    if not form.is_valid():
        sentence = faults_of(request, promotion, form)
        return again(sentence, (), HTTPStatus.UNPROCESSABLE_ENTITY)
    return decided(
        request,
        promotion,
        decide,
        lambda sentence, changes: again(sentence, changes, HTTPStatus.CONFLICT),
    )
