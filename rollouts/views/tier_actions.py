"""What a person does with a tier: ask for its next step, roll it back."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from ledger.clock import database_now
from rollouts.evidence import Change
from rollouts.evidence.narrowed import narrowed
from rollouts.forms import PageForm
from rollouts.models import Promotion, Tier
from rollouts.operations.ask_forecast import ask_forecast
from rollouts.operations.request_promotion import request_promotion
from rollouts.operations.roll_back import roll_back as order_back
from rollouts.promotion_forms import ChoiceForm, RequestForm, RollBackForm
from rollouts.queries.target_rows import living_targets
from rollouts.shown import as_seen
from rollouts.views.decided import Refused, decided, faults_of
from rollouts.views.scopes import person, tier_of
from rollouts.views.step_forms import Refusal, step_name
from rollouts.views.tiers import tier_answer

UNTICKED = "Tick the targets of this tier whose change you want to see, then press Preview."


@require_POST
def request_step(request: HttpRequest, rollout: str, name: str) -> HttpResponse:
    """Ask for targets of the tier to be moved one mode on."""
    tier = tier_of(request, rollout, name)
    members = dict(living_targets().filter(tier=tier).values_list("pk", "key"))
    form = RequestForm(request.POST, tier_name=tier.name, members=members)

    def decide() -> Promotion:
        data, actor = form.cleaned_data, person(request)
        step = step_name(tier, data["to_mode"])
        seen = as_seen(data["shown"], person_id=actor.pk, step=step)
        if data["named"]:
            seen = narrowed(seen, {members[pk] for pk in data["named"]})
        return request_promotion(tier, form.request(seen), actor=actor, now=database_now())

    if not form.is_valid():
        return _invalid(request, tier, form)
    return decided(request, tier, decide, _refused(request, tier, form))


@require_POST
def preview(request: HttpRequest, rollout: str, name: str) -> HttpResponse:
    """Ask what moving the chosen targets would change, and lead to the page that shows it."""
    tier = tier_of(request, rollout, name)
    members = living_targets().filter(tier=tier).values_list("pk", flat=True)
    form = ChoiceForm(request.POST, members=list(members))
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return tier_answer(request, tier, refusal=Refusal(UNTICKED), status=status)
    named = form.cleaned_data["named"]
    ask_forecast(tier, form.cleaned_data["to_mode"], named, now=database_now())
    query = urlencode({"named": named}, doseq=True)
    return redirect(f"{reverse('tier', args=[rollout, name])}?{query}#preview-title")


@require_POST
def roll_back(request: HttpRequest, rollout: str, name: str) -> HttpResponse:
    """Take the tier back to a safer mode, at once."""
    tier = tier_of(request, rollout, name)
    form = RollBackForm(request.POST)

    def decide() -> Promotion:
        return order_back(tier, form.way(), actor=person(request), now=database_now())

    if not form.is_valid():
        return _invalid(request, tier, form)
    return decided(request, tier, decide, _refused(request, tier, form))


def _invalid(request: HttpRequest, tier: Tier, form: PageForm) -> HttpResponse:
    """Answer 422 with the page, what was typed, and what is wrong with it."""
    refusal = faults_of(request, tier, form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return tier_answer(request, tier, form=form, refusal=Refusal(refusal), status=status)


def _refused(request: HttpRequest, tier: Tier, form: PageForm) -> Refused:
    """Return what answers 409 with the page as it is now, and why it was refused."""

    def answer(sentence: str, changes: tuple[Change, ...]) -> HttpResponse:
        tier.refresh_from_db()
        refusal = Refusal(sentence, changes)
        return tier_answer(request, tier, form=form, refusal=refusal, status=HTTPStatus.CONFLICT)

    return answer
