"""The routes of a target that rules hide, with both texts."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diffs.queries.hidden_routes import hidden_routes
from rollouts.queries.target_rows import name_of
from rollouts.views.parameters import positive
from rollouts.views.scopes import target_of
from rollouts.views.shell import present

PAGE_SIZE = 25


@require_safe
def show(request: HttpRequest, target_id: int) -> HttpResponse:
    """Answer with what rules hide at a target now."""
    target = target_of(request, target_id)
    now, _ = present(request)
    number = positive(request.GET.get("page")) or 1
    first = (min(number, 10_000) - 1) * PAGE_SIZE
    found = hidden_routes(target.source_id, now=now, first=first, most=PAGE_SIZE)
    context = {
        "target": target,
        "name": name_of(target),
        "found": found,
        "page": Paginator(range(found.total), PAGE_SIZE).get_page(number),
        "format": target.source.format,
        "live": "shadow" if target.mode == "exec" else "legacy",
    }
    return render(request, "rollouts/hidden.html", context)
