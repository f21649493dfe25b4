"""The page of one difference."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from diffs.models import Difference
from diffs.verdicts import Verdict
from rollouts.forms import PageForm
from rollouts.operations.decide_difference import may_ask, may_decide, standing_of
from rollouts.operations.give_verdict import needs_second
from rollouts.promotion_forms import fresh_nonce
from rollouts.queries.difference_history import last_word
from rollouts.queries.difference_page import DifferencePage, difference_page
from rollouts.queries.difference_people import owners
from rollouts.queries.difference_queue import difference_queue
from rollouts.review_forms import VERDICT_FORMS, CommentForm, OwnerForm, VerdictForm
from rollouts.views.differences import queue_filter, queue_query
from rollouts.views.parameters import positive, typed
from rollouts.views.parts import answer
from rollouts.views.scopes import difference_of, person
from rollouts.views.shell import UNREVIEWED, present

VIEWS = ("split", "unified", "raw")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a form was not taken: a sentence, and what came since its page was opened."""

    sentence: str = ""
    came: tuple[str, ...] = ()


NOT_REFUSED = Refusal()


@require_safe
def show(request: HttpRequest, difference_id: int) -> HttpResponse:
    """Answer with the difference's page."""
    return difference_answer(request, difference_of(request, difference_id))


@require_safe
def short(request: HttpRequest, difference_id: int) -> HttpResponse:
    """Lead from /D-112/ to the difference's page."""
    difference_of(request, difference_id)
    return redirect("difference", difference_id)


def difference_answer(
    request: HttpRequest,
    difference: Difference,
    *,
    refusal: Refusal = NOT_REFUSED,
    form: PageForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Answer with the page; after a refused decision with its words and its form."""
    now, is_watched = present(request)
    viewer, query = person(request), request.GET
    shown = queue_filter(query)
    queue = difference_queue(shown, viewer_id=viewer.pk, now=now, also=difference.pk)
    if not shown.is_any:
        request.META[UNREVIEWED] = queue.open
    page = difference_page(
        difference, queue, at=positive(query.get("at")), viewer_id=viewer.pk, now=now
    )
    standing = standing_of(viewer, difference)
    allowed = {"why_not_ask": may_ask(standing), "why_not_decide": may_decide(standing)}
    view = typed(query.get("view"), most=10)
    people = owners()
    context = {
        "page": page,
        "now": now,
        "view": view if view in VIEWS else VIEWS[0],
        "opened": _opened(request, form),
        "query": queue_query(query),
        "refusal": refusal,
        "is_refused": status != HTTPStatus.OK,
        "needs_second": needs_second(difference, Verdict.EXPECTED),
        "rule_url": f"{reverse('rule-new')}?from={difference.pk}",
        "last": last_word(viewer_id=viewer.pk, now=now),
        **allowed,
        **review_forms(page, people, viewer, form),
    }
    state = (page, allowed, context["last"], context["needs_second"], is_watched)
    name = "rollouts/difference.html"
    return answer(request, name, context, parts=("difference",), state=state, status=status)


def review_forms(
    page: DifferencePage, people: list[User], viewer: User, form: PageForm | None
) -> dict[str, object]:
    """Return the forms of the page; `form` is one that was not taken, with what was typed."""
    places = [(place.key, place.name) for place in page.places.listed]
    seen: dict[str, object] = {"seen": str(page.seen), "request_key": fresh_nonce()}
    is_among = any(one.pk == viewer.pk for one in people)
    initial = {**seen, "owner": page.group.owner or (viewer.get_username() if is_among else "")}
    forms: dict[str, object] = {}
    for name, kind in VERDICT_FORMS.items():
        made: VerdictForm = kind(initial=initial, people=people, places=places)
        if isinstance(form, kind):
            made = _renewed(form, seen)
        forms[f"{name}_form"] = made
    own = OwnerForm(initial={"version": page.version, "owner": page.group.owner}, people=people)
    forms["owner_form"] = own
    forms["comment_form"] = form if isinstance(form, CommentForm) else CommentForm()
    forms["request_key"] = fresh_nonce()
    return forms


def _renewed(form: VerdictForm, seen: dict[str, object]) -> VerdictForm:
    """Return a form that was not taken, about what this page shows: its scope is asked anew."""
    kept = {name: form.data.get(name, "") for name in form.fields if name != "held_out"}
    held_out = form.data.getlist("held_out") if isinstance(form.data, QueryDict) else []
    form.data = {**kept, **seen, "scope": "", "held_out": held_out}
    form.point_out_fault()
    return form


def _opened(request: HttpRequest, form: PageForm | None) -> str:
    """Return which verdict's form is open: one that was refused, or that the address asks for."""
    if isinstance(form, VerdictForm):
        return form.name
    asked = typed(request.GET.get("do"), most=10)
    return asked if asked in VERDICT_FORMS else ""
