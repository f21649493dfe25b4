"""What a person does about a difference: a verdict, agree, undo, hold out, own, comment."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from diffs.models import Difference, Review
from ledger.clock import database_now
from rollouts.forms import PageForm
from rollouts.operations.agree_with_review import agree_with_review
from rollouts.operations.assign_difference import assign_difference
from rollouts.operations.comment_on_difference import comment_on_difference
from rollouts.operations.decide import Busy
from rollouts.operations.decide_difference import ReviewRefused
from rollouts.operations.give_verdict import give_verdict
from rollouts.operations.hold_out_target import hold_out_target
from rollouts.operations.undo_verdict import undo_verdict
from rollouts.queries.difference_people import owners
from rollouts.queries.difference_places import keys_and_names
from rollouts.queries.difference_queue import difference_queue, next_open_after
from rollouts.review_forms import (
    UNTYPED,
    VERDICT_FORMS,
    BugForm,
    CommentForm,
    HoldOutForm,
    OwnerForm,
    ReviewForm,
)
from rollouts.views.difference import Refusal, difference_answer
from rollouts.views.differences import queue_filter, queue_query
from rollouts.views.errors import unavailable
from rollouts.views.scopes import difference_of, person

UNSEEN = "The form lacks what the page put into it. Nothing was done; look at it, then send it."


@require_POST
def verdict(request: HttpRequest, difference_id: int) -> HttpResponse:
    """Say what it is, and go on to the next that needs eyes."""
    difference = difference_of(request, difference_id)
    kind = VERDICT_FORMS.get(request.POST.get("verdict", ""), BugForm)
    form = kind(request.POST, people=owners(), places=keys_and_names(difference))

    def decide() -> str:
        now = database_now()
        said = give_verdict(difference, form.saying(now), actor=person(request), now=now)
        waits = ", and it waits for a second person" if said.given.waits else ""
        return f"{difference.name} is {said.verdict}{waits}."

    return _decided(request, difference, form, decide, onward=True)


@require_POST
def agree(request: HttpRequest, difference_id: int) -> HttpResponse:
    """Agree with a review as the second person."""
    difference, form = difference_of(request, difference_id), ReviewForm(request.POST)

    def decide() -> str:
        agree_with_review(_review(difference, form), actor=person(request), now=database_now())
        return f"You agreed: {difference.name} is expected."

    return _decided(request, difference, form, decide)


@require_POST
def undo(request: HttpRequest, difference_id: int) -> HttpResponse:
    """Take a review back."""
    difference, form = difference_of(request, difference_id), ReviewForm(request.POST)

    def decide() -> str:
        undone = undo_verdict(_review(difference, form), actor=person(request), now=database_now())
        return f"Undone: {difference.name} is no longer {undone.verdict} by that word."

    return _decided(request, difference, form, decide)


@require_POST
def hold_out(request: HttpRequest, difference_id: int) -> HttpResponse:
    """Hold a target out of what was said, or let it hold there again."""
    difference, form = difference_of(request, difference_id), HoldOutForm(request.POST)

    def decide() -> str:
        asked = form.asked()
        hold_out_target(difference, asked, actor=person(request), now=database_now())
        name = dict(keys_and_names(difference)).get(asked.target, asked.target)
        deed = "is held out of" if asked.is_held_out else "is in again with"
        return f"{name} {deed} what was said of {difference.name}."

    return _decided(request, difference, form, decide)


@require_POST
def own(request: HttpRequest, difference_id: int) -> HttpResponse:
    """Say who sees to it."""
    difference = difference_of(request, difference_id)
    form = OwnerForm(request.POST, people=owners())

    def decide() -> str:
        owner, version = form.chosen(), form.cleaned_data["version"]
        assign_difference(
            difference, owner=owner, version=version, actor=person(request), now=database_now()
        )
        return f"{difference.name} belongs to {owner.get_username() if owner else 'nobody'} now."

    return _decided(request, difference, form, decide)


@require_POST
def comment(request: HttpRequest, difference_id: int) -> HttpResponse:
    """Keep a comment."""
    difference, form = difference_of(request, difference_id), CommentForm(request.POST)

    def decide() -> str:
        text = form.cleaned_data["text"]
        comment_on_difference(difference, text=text, actor=person(request), now=database_now())
        return "Your comment is kept."

    return _decided(request, difference, form, decide)


def _review(difference: Difference, form: ReviewForm) -> Review:
    return get_object_or_404(difference.reviews, pk=form.cleaned_data["review"])


def _decided(
    request: HttpRequest,
    difference: Difference,
    form: PageForm,
    decide: Callable[[], str],
    *,
    onward: bool = False,
) -> HttpResponse:
    """Run a decision: on, or back to the page, when it is taken; 422 or 409 with words when not."""
    if not form.is_valid():
        sentence = UNSEEN if set(form.errors) & UNTYPED else form.faults
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        refusal = Refusal(sentence)
        return difference_answer(request, difference, refusal=refusal, form=form, status=status)
    try:
        done = decide()
    except ReviewRefused as refused:
        difference.refresh_from_db()
        refusal, status = Refusal(str(refused), refused.came), HTTPStatus.CONFLICT
        return difference_answer(request, difference, refusal=refusal, form=form, status=status)
    except Busy as problem:
        return unavailable(request, title="Somebody else decides here", text=str(problem))
    messages.success(request, done)
    return redirect(_onward(request, difference) if onward else _back(request, difference))


def _back(request: HttpRequest, difference: Difference) -> str:
    return reverse("difference", args=[difference.pk]) + queue_query(request.GET)


def _onward(request: HttpRequest, difference: Difference) -> str:
    """Return the page of the next that needs eyes, as the reader's filter orders them."""
    shown, viewer = queue_filter(request.GET), person(request).pk
    queue = difference_queue(shown, viewer_id=viewer, now=database_now(), also=difference.pk)
    group = next_open_after(queue.groups, difference.pk)
    path = reverse("differences") if group is None else group.url
    return path + queue_query(request.GET)
