"""The page of a target and its differences."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from rollouts.forms import AcknowledgeForm, PageForm, ReturnForm, SetAsideForm
from rollouts.models import Target
from rollouts.queries.target_differences import DifferencesFilter, target_differences_page
from rollouts.queries.target_page import suspect_routes, target_page
from rollouts.views.parameters import positive, typed
from rollouts.views.parts import answer
from rollouts.views.scopes import may, target_of
from rollouts.views.shell import present


@require_safe
def show(request: HttpRequest, target_id: int) -> HttpResponse:
    """Answer with the target's page."""
    return target_answer(request, target_of(request, target_id))


@require_safe
def differences(request: HttpRequest, target_id: int) -> HttpResponse:
    """Answer with the target's differences, one of them side by side."""
    target = target_of(request, target_id)
    now, is_watched = present(request)
    query = request.GET
    shown = DifferencesFilter(
        search=typed(query.get("q"), most=200),
        kind=typed(query.get("kind"), most=20),
        page=positive(query.get("page")) or 1,
        chosen=positive(query.get("d")),
    )
    page = target_differences_page(target, shown, now=now, is_watched=is_watched)
    view = "unified" if query.get("view") == "unified" else "split"
    context = {"page": page, "now": now, "view": view}
    return answer(
        request,
        "rollouts/differences.html",
        context,
        parts=("differences",),
        state=(page, view),
    )


def target_answer(
    request: HttpRequest,
    target: Target,
    *,
    refusal: str = "",
    form: PageForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Answer with the target's page; after a refused decision with its words and its form.

    The form then keeps what was typed, and is about the state that this page shows.
    """
    now, is_watched = present(request)
    page = target_page(target, now=now, is_watched=is_watched)
    seen = {"version": target.version, "routes": suspect_routes(page)}
    forms: dict[str, PageForm] = {
        "set_aside_form": SetAsideForm(initial=seen),
        "return_form": ReturnForm(initial=seen),
        "acknowledge_form": AcknowledgeForm(initial=seen),
    }
    if form is not None:
        form.data = {**dict(form.data.items()), **seen}
        form.point_out_fault()
        forms[f"{form.name.replace('-', '_')}_form"] = form
    allowed = {
        "may_look": may(request, target.tier, "target-look"),
        "may_decide": may(request, target.tier, "target-set-aside"),
    }
    return answer(
        request,
        "rollouts/target.html",
        {"page": page, "now": now, "refusal": refusal, "is_refused": status != HTTPStatus.OK}
        | forms
        | allowed,
        parts=("target",),
        state=(page, allowed),
        status=status,
    )
