"""The pages of promotions: one of them, all of them, and the evidence that one stands on."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from rollouts.evidence.document import canonical
from rollouts.forms import PageForm
from rollouts.models import Promotion
from rollouts.operations.move_promotion import subject_of
from rollouts.queries.authority import roles_of
from rollouts.queries.promotion_page import Viewer, promotion_page
from rollouts.queries.promotion_rows import PromotionFilter, promotions_page
from rollouts.queries.promotion_ways_back import ways_back_from
from rollouts.views.parameters import positive, typed
from rollouts.views.parts import answer
from rollouts.views.reauthentication import own_password
from rollouts.views.scopes import person, promotion_of
from rollouts.views.shell import present
from rollouts.views.step_forms import NOT_REFUSED, Refusal, promotion_forms


@require_safe
def show(request: HttpRequest, promotion_id: int) -> HttpResponse:
    """Answer with the promotion's page."""
    return promotion_answer(request, promotion_of(request, promotion_id))


@require_safe
def short(request: HttpRequest, promotion_id: int) -> HttpResponse:
    """Lead from the name that people say to the page: /P-42/."""
    return redirect("promotion", promotion_of(request, promotion_id).pk)


@require_safe
def evidence(request: HttpRequest, promotion_id: int) -> HttpResponse:
    """Answer with the document that was agreed to; its SHA-256 is the digest on the page."""
    promotion = promotion_of(request, promotion_id)
    text = canonical(promotion.evidence)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{promotion.name}-evidence.json"'
    return response


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Answer with the promotions, those that the address asks for."""
    now, _ = present(request)
    query = request.GET
    shown = PromotionFilter(
        group=typed(query.get("state"), most=20),
        rollout=typed(query.get("rollout"), most=200),
        page=positive(query.get("page")) or 1,
    )
    page = promotions_page(shown)
    context = {"page": page, "now": now}
    state = (page.shown, page.groups, page.total, list(page.rows))
    template = "rollouts/promotions.html"
    return answer(request, template, context, parts=("promotions",), state=state)


def promotion_answer(
    request: HttpRequest,
    promotion: Promotion,
    *,
    refusal: Refusal = NOT_REFUSED,
    form: PageForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Answer with the promotion's page; after a refused decision with its words and its form."""
    now, is_watched = present(request)
    user = person(request)
    viewer = Viewer(user, roles_of(user, promotion.tier), is_watched)
    subject = subject_of(promotion)
    is_own = own_password(request, now)
    page = promotion_page(promotion, viewer, subject=subject, now=now)
    back = ways_back_from(promotion, viewer.roles)
    context = {
        "page": page,
        "back": back,
        "now": now,
        "is_blind": not is_watched,
        "refusal": refusal,
        "is_refused": status != HTTPStatus.OK,
        "trail_url": f"{reverse('audit')}?{urlencode({'subject': subject})}",
        **promotion_forms(promotion, page.evidence.now, user, form, status, is_own=is_own),
    }
    template = "rollouts/promotion.html"
    state = (page, back, is_watched, is_own is not None)
    return answer(request, template, context, parts=("promotion",), state=state, status=status)
