"""Only the newest order, under a lease that is held, is written down as carried out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger import lease
from ledger.clock import database_now
from ledger.models import Lease
from rollouts.appliers import Overtaken, Receipt
from rollouts.machine import Mode
from rollouts.models import Target, Tier
from rollouts.operations.record_written import must_be_newest, put_off, record_written
from rollouts.operations.start_promotion import start_promotion
from tests.rollouts.promoting import approved, ready_tier, requested, rolled_back

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


@pytest.fixture
def promotion():
    """A promotion that a worker carries out."""
    made = approved(requested(ready_tier()))
    assert start_promotion(made.pk, now=database_now())
    made.refresh_from_db()
    return made


@pytest.fixture
def held():
    return lease.take("git of the test", holder="test", seconds=30)


def refused(promotion, held):
    """Return the words with which both the guard and the record are refused."""
    with pytest.raises(Overtaken) as before:
        must_be_newest(promotion.pk, held)
    with pytest.raises(Overtaken) as after:
        record_written(promotion.pk, Receipt("c0ffee", False), held=held, now=database_now())
    assert str(before.value) == str(after.value)
    promotion.refresh_from_db()
    assert (promotion.written_at, promotion.reference) == (None, "")
    assert set(Target.objects.filter(tier=promotion.tier).values_list("mode")) == {("shadow",)}
    return str(before.value)


def test_a_worker_that_lost_its_lease_writes_nothing_down(promotion, held):
    Lease.objects.update(expires_at=database_now() - timedelta(seconds=1))
    assert lease.take("git of the test", holder="another", seconds=30)

    assert refused(promotion, held) == "Another worker has git of the test."


def test_a_worker_whose_lease_ran_out_writes_nothing_down(promotion, held):
    Lease.objects.update(expires_at=database_now() - timedelta(seconds=1))

    assert "has git of the test" in refused(promotion, held)


def test_a_newer_generation_of_the_tier_overtakes(promotion, held):
    Tier.objects.filter(pk=promotion.tier_id).update(generation=9)

    assert "A newer generation" in refused(promotion, held)


def test_what_was_superseded_is_not_written_down(promotion, held):
    rolled_back(promotion.tier, Mode.OFF)

    assert refused(promotion, held) == f"{promotion.name} is superseded."


def test_what_was_written_is_written_down_once(promotion, held):
    record_written(promotion.pk, Receipt("c0ffee", False), held=held, now=database_now())

    with pytest.raises(Overtaken, match="is verifying"):
        record_written(promotion.pk, Receipt("c0ffee", True), held=held, now=database_now())


def test_a_remote_that_stays_away_past_the_deadline_is_a_failure(promotion):
    now = database_now()

    put_off(promotion.pk, problem="The remote is away.", now=now)
    promotion.refresh_from_db()
    waited = (promotion.state, promotion.problem, promotion.next_attempt_at > now)
    put_off(promotion.pk, problem="The remote is away.", now=promotion.deadline_at)

    promotion.refresh_from_db()
    assert waited == ("applying", "The remote is away.", True)
    assert (promotion.state, promotion.state_reason) == (
        "failed", "Not written in time. The remote is away.",
    )  # fmt: skip
