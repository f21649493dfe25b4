"""The page of a tier, and its one action: look at all of it now."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from diffs.operations.ask_for_look import ask_for_look
from ledger.clock import database_now
from rollouts.forms import DAYS, PageForm
from rollouts.models import Tier
from rollouts.permissions.table import needed_roles
from rollouts.promotion_forms import MOST_NAMED
from rollouts.queries.authority import roles_of
from rollouts.queries.target_rows import living_targets, load_tier
from rollouts.queries.tier_page import TierFilter, tier_page
from rollouts.queries.tier_steps import tier_steps
from rollouts.views.parameters import positive, typed
from rollouts.views.parts import answer, etag_of, part_of
from rollouts.views.scopes import person, tier_of
from rollouts.views.shell import present
from rollouts.views.step_forms import NOT_REFUSED, Refusal, tier_forms

PAGE = "rollouts/tier.html"
TARGETS, STEPS, FACTS = "tier", "next-step", "facts"
"""The parts of the page that renew themselves."""


@require_safe
def show(request: HttpRequest, rollout: str, name: str) -> HttpResponse:
    """Answer with the tier's page, its targets filtered and sorted as the address says."""
    return tier_answer(request, tier_of(request, rollout, name))


def tier_answer(
    request: HttpRequest,
    tier: Tier,
    *,
    refusal: Refusal = NOT_REFUSED,
    form: PageForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Answer with the tier's page; after a refused decision with its words and its form."""
    now, is_watched = present(request)
    query = request.GET
    shown = TierFilter(
        state=typed(query.get("state"), most=40),
        search=typed(query.get("q"), most=100),
        sort=typed(query.get("sort"), most=40, default="state"),
        page=positive(query.get("page")) or 1,
    )
    viewer, part = person(request), part_of(request)
    roles = roles_of(viewer, tier)
    loaded = load_tier(tier, now=now, is_watched=is_watched)
    page = tier_page(tier, shown, loaded)
    allowed = {
        "may_look": bool(needed_roles("tier-look", "POST") & roles),
        "may_decide": bool(needed_roles("target-set-aside", "POST") & roles),
    }
    context = {"page": page, "now": now, "days": DAYS, "refusal": refusal, **allowed}
    context["is_refused"] = status != HTTPStatus.OK
    states: dict[str, object] = {}
    if part not in {STEPS, FACTS}:
        states[TARGETS] = (page, list(page.rows), allowed)
    if part in {"", FACTS}:
        states[FACTS] = (page.summary, page.policy, page.mode_since)
    if part not in {
        TARGETS,
        FACTS,
    }:  # they are renewed often, and need nothing of how the tier moves
        steps = tier_steps(tier, viewer, roles, loaded, chosen=_chosen(request), now=now)
        context |= {"steps": steps, **tier_forms(tier, steps, viewer, form, status)}
        states[STEPS] = (page.summary.targets, page.summary.mode, steps, allowed)
    etags = {name: etag_of(request, PAGE, state) for name, state in states.items()}
    context |= {"targets_etag": etags.get(TARGETS, ""), "steps_etag": etags.get(STEPS, "")}
    context["facts_etag"] = etags.get(FACTS, "")
    state = states.get(part, states.get(TARGETS))
    return answer(request, PAGE, context, parts=(TARGETS, STEPS, FACTS), state=state, status=status)


def _chosen(request: HttpRequest) -> frozenset[int]:
    """Return the ids that the address names; what is no number is passed over."""
    texts = request.GET.getlist("named")[:MOST_NAMED]
    return frozenset(number for text in texts if (number := positive(text)) is not None)


@require_POST
def look(request: HttpRequest, rollout: str, name: str) -> HttpResponse:
    """Make every target of the tier due now."""
    tier = tier_of(request, rollout, name)
    sources = living_targets().filter(tier=tier).values_list("source_id", flat=True)
    count = ask_for_look(list(sources), now=database_now())
    messages.info(request, f"A look was asked for at all of {tier.name}: {count}.")
    return redirect("tier", rollout, name)
