"""Answer a decision on a promotion: its page when taken, 409 with the words when refused."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rollouts.evidence import Change
from rollouts.forms import PageForm
from rollouts.models import Promotion, Tier
from rollouts.operations.decide import Busy, PromotionRefused
from rollouts.promotion_forms import UNTYPED
from rollouts.shown import NotShown
from rollouts.views.errors import unavailable
from rollouts.views.forged import is_forged, record_forged

UNSEEN = "The form lacks what the page put into it. Nothing was done; look at it, then send it."

Refused = Callable[[str, tuple[Change, ...]], HttpResponse]


def decided(
    request: HttpRequest,
    about: Promotion | Tier,
    decide: Callable[[], Promotion],
    refused: Refused,
) -> HttpResponse:
    """Run a decision and lead to its promotion.

    Shapes
        refused     answers with the page as it is now, the sentence, and what got worse
    """
    try:
        promotion = decide()
    except NotShown as fault:
        record_forged(request, about, str(fault))
        return refused(str(fault), ())
    except PromotionRefused as refusal:
        return refused(str(refusal), refusal.changes)
    except Busy as problem:
        return unavailable(request, title="Somebody else decides here just now", text=str(problem))
    return redirect("promotion", promotion.pk)


def faults_of(request: HttpRequest, about: Promotion | Tier, form: PageForm) -> str:
    """Return what is wrong with a form; one that no page of ours made stands on the trail."""
    if is_forged(form):
        record_forged(request, about, UNSEEN)
    return UNSEEN if set(form.errors) & UNTYPED else form.faults
