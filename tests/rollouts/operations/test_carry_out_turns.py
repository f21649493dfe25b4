"""One worker at a time writes to a resource; the next one does not wait long for its turn."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger import lease
from ledger.clock import database_now
from rollouts.operations.carry_out import AGAIN, carry_out, resource_of
from rollouts.operations.sweep_promotions import due_promotions
from tests.rollouts.promoting import approved, ready_tier, requested

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


@pytest.fixture
def promotion():
    """A promotion whose resource another worker holds, just handed out."""
    found = approved(requested(ready_tier()))
    assert due_promotions(now=database_now()) == [found.pk]
    assert lease.take(resource_of(found), holder="another", seconds=30)
    return found


def test_who_finds_the_resource_taken_writes_nothing_and_tries_again_in_a_moment(promotion):
    carry_out(promotion.pk)

    promotion.refresh_from_db()
    assert promotion.state == "approved"
    assert promotion.next_attempt_at <= database_now() + AGAIN


def test_an_attempt_that_comes_sooner_is_not_put_off(promotion):
    sooner = database_now() - timedelta(minutes=1)
    promotion.next_attempt_at = sooner
    promotion.save()

    carry_out(promotion.pk)

    promotion.refresh_from_db()
    assert promotion.next_attempt_at == sooner
