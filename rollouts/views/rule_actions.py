"""What a person does with a rule: preview it, stop that, agree to it, end it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from diffs.models import Rule as RuleRow
from ledger.clock import database_now
from rollouts.forms import PageForm
from rollouts.operations.activate_rule import activate_rule
from rollouts.operations.decide import Busy
from rollouts.operations.decide_rule import RuleRefused
from rollouts.operations.end_rule import discard_rule, retire_rule
from rollouts.operations.preview_rule import cancel_preview, start_preview
from rollouts.rule_forms import ActivateForm, RetireForm
from rollouts.views.errors import unavailable
from rollouts.views.reauthentication import own_password
from rollouts.views.rules import rule_answer
from rollouts.views.scopes import person, rule_of

Act = Callable[[], RuleRow]


@require_POST
def preview(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Ask for a preview."""
    return _done(
        request,
        rule_id,
        lambda: start_preview(rule_id, actor=person(request), now=database_now()),
    )


@require_POST
def cancel(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Stop the preview under way."""
    return _done(
        request,
        rule_id,
        lambda: cancel_preview(rule_id, actor=person(request), now=database_now()),
    )


@require_POST
def discard(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Throw a draft away."""
    return _done(
        request,
        rule_id,
        lambda: discard_rule(rule_id, actor=person(request), now=database_now()),
        done="{} is discarded.",
    )


@require_POST
def activate(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Give the viewer's word for a rule, on the preview that their page showed."""
    row = rule_of(request, rule_id)
    is_own = own_password(request, database_now())
    form = ActivateForm(request.POST, tier_name=row.name, is_own=is_own)

    def act() -> RuleRow:
        shown = form.cleaned_data["preview"]
        return activate_rule(rule_id, preview_id=shown, actor=person(request), now=database_now())

    return _decided(request, row, form, act, done="You agreed to {}.")


@require_POST
def retire(request: HttpRequest, rule_id: int) -> HttpResponse:
    """End an active rule."""
    row, form = rule_of(request, rule_id), RetireForm(request.POST)

    def act() -> RuleRow:
        reason = form.cleaned_data["reason"]
        return retire_rule(rule_id, reason=reason, actor=person(request), now=database_now())

    done = "{} is retired. What it hid is a difference again from the next look on."
    return _decided(request, row, form, act, done=done)


def _decided(
    request: HttpRequest, row: RuleRow, form: PageForm, act: Act, *, done: str
) -> HttpResponse:
    """Act where the form is whole; else show the page with what is wrong."""
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return rule_answer(request, row, refusal=form.faults, form=form, status=status)
    return _done(request, row.pk, act, done=done)


def _done(request: HttpRequest, rule_id: int, act: Act, *, done: str = "") -> HttpResponse:
    """Act and lead back to the page; 409 with the words where it is refused."""
    row = rule_of(request, rule_id)
    try:
        act()
    except RuleRefused as refusal:
        status = HTTPStatus.CONFLICT
        return rule_answer(request, rule_of(request, rule_id), refusal=str(refusal), status=status)
    except Busy as problem:
        return unavailable(request, title="Somebody else decides just now", text=str(problem))
    if done:
        messages.success(request, done.format(row.name))
    return redirect("rule", rule_id)
