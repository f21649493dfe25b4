"""What a person does with a target: look now, set aside, return, acknowledge."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from diffs.operations.ask_for_look import ask_for_look
from ledger.clock import database_now
from rollouts.forms import AcknowledgeForm, PageForm, ReturnForm, SetAsideForm
from rollouts.models import Target
from rollouts.operations import decisions
from rollouts.operations.decisions import DecisionRefused
from rollouts.queries.target_rows import name_of
from rollouts.views.parameters import own_path
from rollouts.views.scopes import person, target_of
from rollouts.views.targets import target_answer

UNTYPED = {"version", "routes"}
"""Fields that say which state of the target a form is about; nobody types them."""

UNSEEN = "The form did not say which state of the target it is about. Look at it, then send it."


@require_POST
def look(request: HttpRequest, target_id: int) -> HttpResponse:
    """Make the target due now."""
    target = target_of(request, target_id)
    ask_for_look([target.source_id], now=database_now())
    messages.info(request, f"A look was asked for at {name_of(target)}.")
    return redirect(own_path(request.POST.get("next")) or reverse("target", args=[target_id]))


@require_POST
def set_aside(request: HttpRequest, target_id: int) -> HttpResponse:
    """Leave the target out of its tier's judgement for some days."""
    form, now = SetAsideForm(request.POST), database_now()

    def decide(target: Target) -> Target:
        return decisions.set_aside(
            target,
            actor=person(request),
            reason=form.cleaned_data["reason"],
            until=now + form.span(),
            version=form.cleaned_data["version"],
            now=now,
        )

    return _decided(request, target_id, form, decide, done="no longer holds its tier back.")


@require_POST
def return_target(request: HttpRequest, target_id: int) -> HttpResponse:
    """Count the target again."""
    form = ReturnForm(request.POST)

    def decide(target: Target) -> Target:
        version = form.cleaned_data["version"]
        return decisions.return_target(
            target, actor=person(request), version=version, now=database_now()
        )

    return _decided(request, target_id, form, decide, done="counts for its tier again.")


@require_POST
def acknowledge(request: HttpRequest, target_id: int) -> HttpResponse:
    """Believe the target's suspect table."""
    form = AcknowledgeForm(request.POST)

    def decide(target: Target) -> Target:
        return decisions.acknowledge(
            target,
            actor=person(request),
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            seen_routes=form.cleaned_data["routes"],
            now=database_now(),
        )

    return _decided(request, target_id, form, decide, done="is believed at its present size.")


def _decided(
    request: HttpRequest,
    target_id: int,
    form: PageForm,
    decide: Callable[[Target], Target],
    *,
    done: str,
) -> HttpResponse:
    """Run a decision: back to the page when it is taken, 422 or 409 with the words when not.

    `done` goes on from the target's name: what the decision did.
    """
    target = target_of(request, target_id)
    if not form.is_valid():
        refusal = UNSEEN if set(form.errors) & UNTYPED else form.faults
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return target_answer(request, target, form=form, refusal=refusal, status=status)
    try:
        decide(target)
    except DecisionRefused as refusal:
        target.refresh_from_db()
        status = HTTPStatus.CONFLICT
        return target_answer(request, target, form=form, refusal=str(refusal), status=status)
    messages.success(request, f"{name_of(target)} {done}")
    return redirect(own_path(request.POST.get("next")) or reverse("target", args=[target_id]))
