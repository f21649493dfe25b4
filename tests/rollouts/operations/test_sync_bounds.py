"""A fleet file moves and takes out nothing that is being moved, or that production may follow."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from ledger.clock import database_now
from rollouts.machine import Mode
from rollouts.models import Target
from rollouts.operations.decide import PromotionRefused
from rollouts.operations.decisions import set_aside
from rollouts.operations.start_promotion import start_promotion
from rollouts.operations.sync_fleet import SyncRefused
from tests.rollouts.operations.syncing import WITHOUT_KUBE_2, everything, lines
from tests.rollouts.promoting import approved, bob, evidence_of, ready_tier, requested, rolled_back
from tests.rollouts.stage import FLEET, changed, load, target
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]

MOVED = changed('"aws:1:eu:kube-3"]', '"aws:1:eu:kube-3", "aws:1:eu:kube-2"]', WITHOUT_KUBE_2)
ROLLOUT_GONE = FLEET[: FLEET.index("  routesrv:")] + FLEET[FLEET.index("  cache:") :]
WAYS = pytest.mark.parametrize("text", [MOVED, WITHOUT_KUBE_2, ROLLOUT_GONE])


def refused(text):
    """Sync, be refused, and see that nothing changed; return the words."""
    before = everything()
    with pytest.raises(SyncRefused) as refusal:
        load(text, may_remove=True)
    assert everything() == before
    return str(refusal.value)


@WAYS
@pytest.mark.parametrize("far", ["pending", "approved", "applying"])
def test_a_member_of_an_open_promotion_stays(text, far):
    promotion = requested(ready_tier())
    if far != "pending":
        approved(promotion)
    if far == "applying":
        assert start_promotion(promotion.pk, now=database_now())

    words = refused(text)

    assert f"routesrv/test/aws:1:eu:kube-2: {promotion.name} is open" in words
    assert "Put them back where they were." in words


@WAYS
@pytest.mark.parametrize("fields", [{"mode": "exec"}, {"observed_mode": "exec"}])
def test_a_target_that_may_be_in_exec_stays(text, fields):
    ready_tier()
    Target.objects.filter(pk=target("kube-2").pk).update(**fields)

    assert "routesrv/test/aws:1:eu:kube-2: may be in exec" in refused(text)


def test_after_a_promotion_that_was_not_seen_to_fail_the_target_stays():
    promotion = approved(requested(ready_tier()))
    assert start_promotion(promotion.pk, now=database_now())
    promotion.refresh_from_db()
    promotion.state = "failed"
    promotion.save()

    assert "aws:1:eu:kube-2: may be in exec" in refused(MOVED)


def test_a_cluster_that_is_gone_for_good_is_set_aside_and_then_taken_out():
    ready_tier()
    one = target("kube-2")
    Target.objects.filter(pk=one.pk).update(mode="exec", observed_mode="exec")
    until = database_now() + timedelta(days=1)
    set_aside(one, actor=bob(), reason="switched off", until=until, version=1, now=database_now())

    assert "may be in exec" in refused(MOVED)
    load(WITHOUT_KUBE_2, may_remove=True)

    assert target("kube-2").removed_at is not None


def test_what_left_in_exec_comes_back_with_no_mode_and_is_rolled_back():
    tier = ready_tier()
    Target.objects.filter(pk=target("kube-2").pk).update(
        mode="exec", observed_mode="exec", set_aside_until=database_now() + timedelta(days=1)
    )
    load(WITHOUT_KUBE_2, may_remove=True)

    told = lines(load())

    assert "return target routesrv/test/kube-2: its proof starts anew" in told
    assert target("kube-2").mode == Mode.UNKNOWN
    assert [one.target.key for one in rolled_back(tier).members.all()] == ["aws:1:eu:kube-2"]


def test_who_asks_while_a_file_is_synced_waits_and_asks_of_the_tier_as_it_is_then():
    tier = ready_tier()
    shown, is_held, is_answered = evidence_of(tier), threading.Event(), threading.Event()

    def sync():
        try:
            with transaction.atomic():
                load(MOVED)
                is_held.set()
                wait_until(lambda: is_answered.is_set() or somebody_waits())
        finally:
            is_held.set()
            connection.close()

    thread = threading.Thread(target=sync)
    thread.start()
    is_held.wait(30)
    try:
        with pytest.raises(PromotionRefused):
            requested(tier, shown=shown)
    finally:
        is_answered.set()
        thread.join()


def somebody_waits():
    """Say whether another connection waits for a lock; on SQLite every writer does."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0
