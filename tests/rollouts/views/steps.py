"""What people do with a tier and its promotions from their browsers: forms read off pages, sent."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from ledger.clock import database_now
from rollouts.machine import Mode
from rollouts.models import Promotion, Tier
from rollouts.operations.request_promotion import name_members
from rollouts.queries.step_evidence import step_evidence
from tests.rollouts.promoting import dave
from tests.rollouts.stage import person, signed_in
from tests.rollouts.views.fields import Form, Page


def tier_path(tier: Tier) -> str:
    return reverse("tier", args=[tier.rollout.key, tier.name])


def form_on(client: Client, path: str, leads_to: str) -> Form:
    """Return the form of a page that leads to an address, as it comes."""
    found = [form for form in Page(client, path).forms if form.leads_to == leads_to]
    assert len(found) == 1, f"{len(found)} forms lead to {leads_to} on {path}"
    return found[0]


def request_form(client: Client, tier: Tier, **typed: object) -> dict[str, object]:
    """Return what a person sends who asks for the next step and types all that is asked."""
    form = form_on(client, tier_path(tier), "tier-request")
    sent = {name: value for name, value in form.fields.items() if name != "named"}
    return {**sent, "reason": "clean since Monday", "confirm": tier.name, **typed}


def ask(client: Client, tier: Tier, form: dict[str, object] | None = None, **typed: object):
    """Send the request form of a tier, as its page gives it where none is given."""
    sent = form if form is not None else request_form(client, tier, **typed)
    return client.post(reverse("tier-request", args=[tier.rollout.key, tier.name]), sent)


def approve_form(client: Client, promotion: Promotion, **typed: object) -> dict[str, object]:
    """Return what a person sends who approves and types the tier's name."""
    path = reverse("promotion", args=[promotion.pk])
    form = form_on(client, path, "promotion-approve")
    return {**form.fields, "confirm": promotion.tier.name, **typed}


def approve(client: Client, promotion: Promotion, form: dict[str, object] | None = None):
    """Send the approval of a promotion, as its page gives it where none is given."""
    sent = form if form is not None else approve_form(client, promotion)
    return client.post(reverse("promotion-approve", args=[promotion.pk]), sent)


def roll_back(client: Client, tier: Tier, to_mode: str = "shadow", **typed: object):
    """Press a button of the way back, with a reason."""
    form = form_on(client, tier_path(tier), "tier-roll-back")
    sent = {**form.fields, "reason": "errors since the switch", "to_mode": to_mode, **typed}
    return client.post(reverse("tier-roll-back", args=[tier.rollout.key, tier.name]), sent)


def standing_promotion(tier: Tier, *, asked_by: str = "sam") -> Promotion:
    """Return a promotion of a tier to exec that waits for people, whatever its gates say."""
    now = database_now()
    step = step_evidence(tier, from_mode=Mode.SHADOW, to_mode=Mode.EXEC, now=now)
    promotion = Promotion.objects.create(
        kind="promotion",
        tier=tier,
        request_key=secrets.token_hex(16),
        idempotency_key=secrets.token_hex(16),
        from_mode="shadow",
        to_mode="exec",
        is_production=tier.is_production,
        quorum=2,
        evidence=step.document,
        evidence_digest=step.digest,
        policy_version="0" * 64,
        base_generation=0,
        requested_by=person(asked_by),
        requested_at=now,
        reason="clean since Monday",
        expires_at=now + timedelta(days=1),
        state="pending",
        state_at=now,
    )
    name_members(promotion, [row.id for row in step.members])
    return promotion


def words(response) -> str:
    """Return the text of an answer with its white space pressed together."""
    return " ".join(response.content.decode().split())


def page(promotion: Promotion, who: Callable[[], User] = dave) -> str:
    """Return the words of a promotion's page as somebody reads them."""
    path = reverse("promotion", args=[promotion.pk])
    return words(signed_in(who()).get(path))


def without_tags(shown: str) -> str:
    """Return a piece of a page without its markup."""
    return re.sub(r"<[^>]+>", "", shown)


def section(shown: str, title: str) -> str:
    """Return the card under a heading."""
    return shown.partition(f'id="{title}-title"')[2].partition("</section>")[0]


def state(promotion: Promotion) -> str:
    """Return the state that a promotion is in by now."""
    return Promotion.objects.get(pk=promotion.pk).state
