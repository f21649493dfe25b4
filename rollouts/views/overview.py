"""The overview."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rollouts.queries.fleet import load_fleet
from rollouts.queries.overview import overview_page
from rollouts.views.parts import answer
from rollouts.views.scopes import person
from rollouts.views.shell import AWAITED, LOOKED, present


@require_safe
def frame(request: HttpRequest) -> HttpResponse:
    """Answer with what stands over every page, so that an open page learns of a dead collector."""
    response = render(request, "components/strips.html", {"is_part": True})
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Answer with every tier of every rollout, and what asks for a person."""
    now, is_watched = present(request)
    fleet = load_fleet(now=now, is_watched=is_watched)
    page = overview_page(fleet, now=now, is_watched=is_watched)
    viewer = person(request).pk
    request.META[LOOKED] = fleet.last_look_at
    request.META[AWAITED] = sum(viewer in one.awaits for one in fleet.open_ones)
    context = {"page": page, "now": now}
    return answer(request, "rollouts/overview.html", context, parts=("overview",), state=page)
