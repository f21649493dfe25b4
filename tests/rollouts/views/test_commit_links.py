"""A promotion leads to its commit where the fleet file says at which address people read it."""

from __future__ import annotations

import pytest
from django.utils.html import escape

from ledger.clock import database_now
from rollouts.machine import State
from rollouts.models import Promotion
from rollouts.queries.promotion_notice import promotion_notice
from tests.rollouts.promoting import ready_tier, requested
from tests.rollouts.views.steps import page

pytestmark = [pytest.mark.django_db]
COMMIT = "c0ffee" * 6 + "beef"


@pytest.fixture
def promotion():
    """A promotion that was written as a commit."""
    made = requested(ready_tier())
    now = database_now()
    Promotion.objects.filter(pk=made.pk).update(
        state="verifying", generation=4, started_at=now, written_at=now, reference=COMMIT
    )
    return Promotion.objects.select_related("tier__rollout").get(pk=made.pk)


def read_at(promotion, address):
    rollout = promotion.tier.rollout
    rollout.applier = {"kind": "git", "options": {"commit_url": address}}
    rollout.save()


def test_page_and_messages_lead_to_the_commit(promotion):
    address = "https://git.example.org/repo/commit/{commit}?a=1&b=2"
    read_at(promotion, address)
    link = address.replace("{commit}", COMMIT)

    assert f'<a href="{escape(link)}" rel="noreferrer">' in page(promotion)
    told = promotion_notice(promotion, State.VERIFYING, subject="promotion")
    assert dict(told.facts)["Written as"] == f"{COMMIT}\n{link}"


def test_without_an_address_the_hash_alone_is_told(promotion):
    assert 'rel="noreferrer"' not in page(promotion)
    told = promotion_notice(promotion, State.VERIFYING, subject="promotion")
    assert dict(told.facts)["Written as"] == COMMIT
