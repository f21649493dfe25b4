"""The inbox."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from rollouts.queries.inbox import inbox_page
from rollouts.views.parts import answer
from rollouts.views.scopes import person
from rollouts.views.shell import present


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Answer with what waits for the viewer, what waits for others, and what is ready soon."""
    now, is_watched = present(request)
    page = inbox_page(person(request).pk, now=now, is_watched=is_watched)
    context = {"page": page, "now": now, "is_blind": not is_watched}
    state = (page, is_watched)
    return answer(request, "rollouts/inbox.html", context, parts=("inbox",), state=state)
