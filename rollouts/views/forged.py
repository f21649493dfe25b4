"""A form that our page did not make for this person: refused, and put on the trail.

What a person only mistyped, a name, a reason or a password, is asked for again and is no decision:
the trail does not keep it.
"""

from __future__ import annotations

from django.http import HttpRequest

from ledger.clock import database_now
from rollouts.forms import PageForm
from rollouts.models import Promotion, Tier
from rollouts.operations.move_promotion import subject_of
from rollouts.operations.record_refusal import record_refusal
from rollouts.promotion_forms import UNTYPED
from rollouts.queries.authority import roles_of
from rollouts.views.scopes import person

CHOSEN = {"named"}
"""What is ticked, among what the page offers."""


def is_forged(form: PageForm) -> bool:
    """Say whether a form with faults holds what no page of ours put into it."""
    return bool(set(form.errors) & (UNTYPED | CHOSEN))


def record_forged(request: HttpRequest, about: Promotion | Tier, sentence: str) -> None:
    """Commit to the trail that a form was refused which was not made for who sent it."""
    tier = about.tier if isinstance(about, Promotion) else about
    match = request.resolver_match
    record_refusal(
        (match.url_name or "") if match else "",
        subject=subject_of(about)
        if isinstance(about, Promotion)
        else f"tier {tier.rollout.key}/{tier.name}",
        actor=person(request),
        roles=roles_of(request.user, tier),
        reason=sentence,
        now=database_now(),
    )
