"""What a promotion's page answers with: its document, polls, ended ones, and who may decide."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse

from ledger.clock import database_now
from rollouts.models import Promotion
from tests.rollouts.promoting import (
    alice,
    bob,
    dave,
    rolled_back,
)
from tests.rollouts.stage import signed_in
from tests.rollouts.views.steps import page, section

pytestmark = [pytest.mark.django_db]


def test_the_document_behind_the_digest_can_be_had(promotion):
    response = signed_in(dave()).get(reverse("promotion-evidence", args=[promotion.pk]))

    assert hashlib.sha256(response.content).hexdigest() == promotion.evidence_digest
    assert f"{promotion.name}-evidence.json" in response["Content-Disposition"]


def test_its_short_name_leads_to_it(promotion):
    response = signed_in(dave()).get(f"/{promotion.name}/")

    assert response["Location"] == reverse("promotion", args=[promotion.pk])


@pytest.mark.parametrize("number", ["0", "987654321", "9" * 30])
def test_a_promotion_that_does_not_exist_is_not_found(promotion, number):
    assert signed_in(dave()).get(f"/promotions/{number}/").status_code == HTTPStatus.NOT_FOUND


def test_a_poll_that_finds_nothing_new_costs_no_rendering(promotion):
    client, path = signed_in(dave()), reverse("promotion", args=[promotion.pk])
    headers = {"HX-Request": "true", "HX-Target": "promotion"}
    first = client.get(path, headers=headers)

    again = client.get(path, headers={**headers, "If-None-Match": first["ETag"]})
    Promotion.objects.filter(pk=promotion.pk).update(problem="It waits.")
    changed = client.get(path, headers={**headers, "If-None-Match": first["ETag"]})

    assert "<html" not in first.content.decode()
    assert again.status_code == HTTPStatus.NOT_MODIFIED
    assert changed.status_code == HTTPStatus.OK


@pytest.mark.parametrize("state", ["done", "rejected", "expired", "outdated", "failed"])
def test_an_ended_promotion_says_why_and_offers_no_decision(promotion, state):
    Promotion.objects.filter(pk=promotion.pk).update(state=state, state_reason="So it ended.")

    shown = page(promotion, bob)

    assert "So it ended." in shown
    assert "promotion-approve" not in shown
    assert "/approve/" not in shown
    assert "/reject/" not in shown


def test_rolling_back_is_offered_while_it_runs_and_never_switched_off(promotion):
    now = database_now() + timedelta(hours=1)
    Promotion.objects.filter(pk=promotion.pk).update(
        state="applying", generation=1, deadline_at=now
    )

    card = section(page(promotion, alice), "roll-back")

    assert "Roll back to shadow" in card
    assert f"{promotion.name} would be superseded." in card
    assert "data-risky" not in card
    assert "disabled" not in card


def test_a_viewer_is_told_who_may_decide(promotion):
    people = section(page(promotion, dave), "approvals")

    assert "Approvers of test may approve it." in people
    assert "alice, who asked, and operators may withdraw it." in people
    assert "<form" not in people


def test_no_page_of_a_rollback_offers_to_take_it_away(promotion):
    Promotion.objects.filter(pk=promotion.pk).update(state="applying", generation=1)
    back = rolled_back(promotion.tier)

    for who in (alice, bob):
        shown = page(back, who)
        assert f"/promotions/{back.pk}/reject/" not in shown
        assert f"/promotions/{back.pk}/withdraw/" not in shown
