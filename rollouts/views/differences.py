"""The review queue: differences over the fleet, filtered as the address says."""

from __future__ import annotations

from typing import TypedDict

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from rollouts.queries.compared_fleet import compared_fleet
from rollouts.queries.difference_queue import FACETS, QueueFilter, QueuePage, difference_queue
from rollouts.templatetags.marks import spaced
from rollouts.views.parameters import positive, typed
from rollouts.views.parts import answer
from rollouts.views.scopes import person
from rollouts.views.shell import UNREVIEWED, present

NOT_OF_THE_QUEUE = ("page", "at", "view", "do", "values")
"""Parameters of other pages and of one page of the list alone."""


class Choice(TypedDict):
    """One filter as components/facets.html prints it."""

    label: str
    url: str
    count: str
    current: bool


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Answer with the queue."""
    now, is_watched = present(request)
    page = difference_queue(queue_filter(request.GET), viewer_id=person(request).pk, now=now)
    if not page.shown.is_any:
        request.META[UNREVIEWED] = page.open
    context = {
        "page": page,
        "now": now,
        "facets": [(name, choices(request.GET, page, name)) for name, _ in page.facets],
        "fleet": None if page.total else compared_fleet(now=now),
        "query": queue_query(request.GET),
        "hidden": [(name, getattr(page.shown, name)) for name in FACETS],
        "is_blind": not is_watched,
    }
    rows = (page.shown, list(page.pages), page.facets, page.reviewed, page.listed)
    state = (*rows, context["fleet"], is_watched)
    return answer(request, "rollouts/queue.html", context, parts=("queue",), state=state)


def queue_filter(query: QueryDict) -> QueueFilter:
    """Return what an address asks the queue for."""
    chosen = {name: typed(query.get(name), most=300) for name in FACETS}
    search = typed(query.get("q"), most=200).strip()
    return QueueFilter(**chosen, search=search, page=positive(query.get("page")) or 1)


def queue_query(query: QueryDict) -> str:
    """Return the filter of the queue as an address carries it: "?tier=…", or ""."""
    kept = QueryDict(mutable=True)
    for name in (*FACETS, "q"):
        if value := typed(query.get(name), most=300):
            kept[name] = value
    return f"?{kept.urlencode()}" if kept else ""


def choices(query: QueryDict, page: QueuePage, name: str) -> list[Choice]:
    """Return the values of one filter with their addresses; a chosen one leads back to all."""
    (facet,) = (values for found, values in page.facets if found == name)
    listed: list[Choice] = []
    for one in facet:
        target = query.copy()
        for other in NOT_OF_THE_QUEUE:
            target.pop(other, None)
        if one.is_chosen:
            target.pop(name, None)
        else:
            target[name] = one.value
        listed.append(
            Choice(
                label=spaced(one.value),
                url=f"?{target.urlencode()}",
                count=f"{one.count:,}",
                current=one.is_chosen,
            )
        )
    return listed
