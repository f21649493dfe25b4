"""The page of a tier, and its one action: look at all of it now."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from diffs.operations.ask_for_look import ask_for_look
from ledger.clock import database_now
from rollouts.forms import DAYS
from rollouts.queries.target_rows import living_targets
from rollouts.queries.tier_page import TierFilter, tier_page
from rollouts.views.parameters import positive, typed
from rollouts.views.parts import answer
from rollouts.views.scopes import may, tier_of
from rollouts.views.shell import present


@require_safe
def show(request: HttpRequest, rollout: str, name: str) -> HttpResponse:
    """Answer with the tier's page, its targets filtered and sorted as the address says."""
    tier = tier_of(request, rollout, name)
    now, is_watched = present(request)
    query = request.GET
    shown = TierFilter(
        state=typed(query.get("state"), most=40),
        search=typed(query.get("q"), most=100),
        sort=typed(query.get("sort"), most=40, default="state"),
        page=positive(query.get("page")) or 1,
    )
    page = tier_page(tier, shown, now=now, is_watched=is_watched)
    allowed = {
        "may_look": may(request, tier, "tier-look"),
        "may_decide": may(request, tier, "target-set-aside"),
    }
    context = {"page": page, "now": now, "days": DAYS, **allowed}
    state = (page, list(page.rows), allowed)
    return answer(request, "rollouts/tier.html", context, parts=("tier",), state=state)


@require_POST
def look(request: HttpRequest, rollout: str, name: str) -> HttpResponse:
    """Make every target of the tier due now."""
    tier = tier_of(request, rollout, name)
    sources = living_targets().filter(tier=tier).values_list("source_id", flat=True)
    count = ask_for_look(list(sources), now=database_now())
    messages.info(request, f"A look was asked for at all of {tier.name}: {count}.")
    return redirect("tier", rollout, name)
