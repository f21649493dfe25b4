"""The pages of rules: all of them, one of them, and a new one."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from diffs.models import Rule as RuleRow
from rollouts.forms import PageForm
from rollouts.queries.rule_page import rule_page
from rollouts.queries.rule_rows import RulesFilter, rules_page
from rollouts.rule_forms import ActivateForm, RetireForm
from rollouts.views.parameters import typed
from rollouts.views.parts import answer
from rollouts.views.reauthentication import own_password
from rollouts.views.scopes import person, rule_of
from rollouts.views.shell import present

POLLED_SECONDS, WATCHED_SECONDS = 10, 2


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Answer with the ledger of rules, as the address narrows it."""
    now, _ = present(request)
    query = request.GET
    shown = RulesFilter(
        state=typed(query.get("state"), most=20),
        kind=typed(query.get("kind"), most=40),
        rollout=typed(query.get("rollout"), most=200),
    )
    page = rules_page(shown, now=now)
    context = {"page": page, "now": now}
    return answer(request, "rollouts/rules.html", context, parts=("rules",), state=page)


@require_safe
def show(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Answer with the page of a rule."""
    return rule_answer(request, rule_of(request, rule_id))


@require_safe
def short(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Lead from the name that people say to the page: /R-7/."""
    return redirect("rule", rule_of(request, rule_id).pk)


def rule_answer(
    request: HttpRequest,
    row: RuleRow,
    *,
    refusal: str = "",
    form: PageForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Answer with the page of a rule; after a refused decision with its words and its form."""
    now, is_watched = present(request)
    page = rule_page(row, person(request), now=now)
    is_own = own_password(request, now)
    seen = {"preview": page.preview.id if page.preview else None}
    activate = ActivateForm(initial=seen, tier_name=row.name, is_own=is_own)
    context = {
        "page": page,
        "now": now,
        "refusal": refusal,
        "is_refused": status != HTTPStatus.OK,
        "activate_form": form if isinstance(form, ActivateForm) else activate,
        "retire_form": form if isinstance(form, RetireForm) else RetireForm(),
        "seconds": WATCHED_SECONDS
        if page.preview and page.preview.is_under_way
        else POLLED_SECONDS,
        "is_blind": not is_watched,
        "trail_url": f"{reverse('audit')}?{urlencode({'subject': page.trail_subject})}",
    }
    if form is not None:
        form.data = {**dict(form.data.items()), **seen}
        form.point_out_fault()
    state = (page, is_watched, is_own is not None)
    template = "rollouts/rule.html"
    return answer(request, template, context, parts=("rule",), state=state, status=status)
