"""Answer a decision on a promotion: its page when taken, 409 with the words when refused."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rollouts.evidence import Change
from rollouts.models import Promotion
from rollouts.operations.decide import Busy, PromotionRefused
from rollouts.shown import NotShown
from rollouts.views.errors import unavailable

UNSEEN = "The form lacks what the page put into it. Nothing was done; look at it, then send it."

Refused = Callable[[str, tuple[Change, ...]], HttpResponse]


def decided(
    request: HttpRequest, decide: Callable[[], Promotion], refused: Refused
) -> HttpResponse:
    """Run a decision and lead to its promotion.

    Shapes
        refused     answers with the page as it is now, the sentence, and what got worse
    """
    try:
        promotion = decide()
    except NotShown as fault:
        return refused(str(fault), ())
    except PromotionRefused as refusal:
        return refused(str(refusal), refusal.changes)
    except Busy as problem:
        return unavailable(request, title="Somebody else decides here just now", text=str(problem))
    return redirect("promotion", promotion.pk)
