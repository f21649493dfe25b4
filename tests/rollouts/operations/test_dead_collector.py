"""While no worker looks, nothing risky is asked for, approved or begun, and nothing ends for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.operations.claim_due import HEARTBEAT
from ledger import heartbeat
from ledger.clock import database_now
from ledger.models import AuditRecord
from rollouts.machine import Mode
from rollouts.models import Approval, Promotion
from rollouts.operations.decide import PromotionRefused
from rollouts.operations.start_promotion import start_promotion
from rollouts.operations.sweep_promotions import end_what_is_over
from rollouts.queries.collector import is_alive
from tests.rollouts.promoting import approved, ready_tier, requested, rolled_back
from tests.rollouts.stage import collector_beats, differ, stand, target

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

NOBODY = "Nobody looks at present, so nothing is judged."


def die():
    """Let the workers hand out no look for so long that they count as dead; proofs are fresh."""
    collector_beats(seconds_ago=31)


def last_refusal():
    row = AuditRecord.objects.filter(action__endswith="_refused").latest("seq")
    return row.action, row.reason


@pytest.mark.parametrize("never", [False, True])
def test_nothing_is_asked_for_while_nobody_looks(never):
    tier = ready_tier()
    die()
    if never:
        heartbeat.Heartbeat.objects.filter(name=HEARTBEAT).delete()
    sentence = f"{NOBODY} It can be asked for once looks are."

    with pytest.raises(PromotionRefused) as refused:
        requested(tier)

    assert str(refused.value) == sentence
    assert not Promotion.objects.exists()
    assert last_refusal() == ("promotion_request_refused", sentence)


def test_nothing_is_approved_while_nobody_looks_and_the_promotion_stays():
    promotion = requested(ready_tier())
    die()
    sentence = f"{NOBODY} It can be approved once looks are."

    with pytest.raises(PromotionRefused) as refused:
        approved(promotion)

    promotion.refresh_from_db()
    assert str(refused.value) == sentence
    assert promotion.state == "pending"
    assert not Approval.objects.exists()
    assert last_refusal() == ("promotion_approve_refused", sentence)


def test_what_was_agreed_to_waits_while_nobody_looks_and_goes_on_after():
    promotion = approved(requested(ready_tier()))
    die()

    assert not start_promotion(promotion.pk, now=database_now())
    promotion.refresh_from_db()
    assert promotion.state == "approved"
    assert promotion.problem == f"It waits. {NOBODY} It goes on once looks are."

    collector_beats()
    assert start_promotion(promotion.pk, now=database_now())


@pytest.mark.parametrize("outcome", ["different", "refused", "equal"])
def test_nothing_that_was_seen_ends_a_promotion_while_nobody_looks(outcome):
    promotion = requested(ready_tier())
    die()
    stand(target("kube-1"), outcome, clean_seconds=0.0)

    assert end_what_is_over(now=database_now()) == []

    promotion.refresh_from_db()
    assert promotion.state == "pending"


def test_a_difference_that_is_on_record_ends_it_all_the_same():
    promotion = requested(ready_tier())
    differ(target("kube-1"), "kube_shop__orders")
    die()

    assert end_what_is_over(now=database_now()) == [promotion.pk]


def test_the_way_back_asks_nobody_whether_somebody_looks():
    promotion = requested(ready_tier())
    die()

    rollback = rolled_back(promotion.tier, Mode.OFF)

    assert rollback.state == "approved"
    assert start_promotion(rollback.pk, now=database_now())


def test_a_beat_from_before_the_clock_was_set_back_is_no_sign_of_life():
    now = database_now()

    assert is_alive(now - timedelta(seconds=30), now=now)
    assert is_alive(now + timedelta(seconds=5), now=now)
    assert not is_alive(now + timedelta(minutes=10), now=now)
