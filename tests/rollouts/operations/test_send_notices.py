"""From a promotion's steps to people's mail and Slack: each once, to whom it concerns."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse

from ledger.clock import database_now
from ledger.models import Outbox
from rollouts.machine import State
from rollouts.operations.end_promotion import reject_promotion, withdraw_promotion
from rollouts.operations.record_written import fail_promotion
from rollouts.operations.send_notices import send_notices, tell
from rollouts.operations.start_promotion import start_promotion
from rollouts.queries.promotion_notice import TITLES
from tests.rollouts.notifiers.telling import NOTICE
from tests.rollouts.operations.telling import (
    TEAM,
    deliveries,
    give_addresses,
    told,
    work,
)
from tests.rollouts.operations.test_promotion_story import heard, written
from tests.rollouts.promoting import (
    alice,
    approved,
    bob,
    carol,
    dave,
    ready_tier,
    requested,
    rolled_back,
)
from tests.rollouts.stage import differ, target
from tests.servers.mailbox import text_of

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

__all__ = ["told"]

STEP = "routesrv/test shadow → exec"


@pytest.fixture
def tier():
    """A tier that is ready, and people who have addresses."""
    ready = ready_tier()
    give_addresses(alice(), bob(), carol(), dave())
    return ready


def subjects(told, address=TEAM):
    """Return what one address was told, after the promotion's name."""
    return [subject.partition(": ")[2] for to, subject in told.mails if to == address]


def facts_of(message):
    """Return the lines of a mail."""
    return text_of(message).splitlines()


def test_every_step_is_told_in_its_order_once(told, tier):
    promotion = requested(tier)
    work()
    approved(promotion)
    work()
    promotion = written(promotion)
    work()
    heard(promotion, "exec")
    work()
    work()

    assert subjects(told) == [
        f"alice asks to move {STEP}",
        f"bob approved {STEP}",
        f"{STEP} is being carried out",
        f"{STEP} is written and is read back",
        f"{STEP} is done",
    ]
    assert len(told.posts) == 5
    for post, subject in zip(told.posts, subjects(told), strict=True):
        shown = json.loads(post)["blocks"][0]["text"]["text"]
        assert shown == f"{promotion.name}: {subject}".replace(">", "&gt;")


def test_who_asked_and_who_may_approve_are_told_and_nobody_else(told, tier):
    User.objects.filter(username="carol").update(is_active=False)
    requested(tier)

    work()

    assert sorted(to for to, _ in told.mails) == [
        "alice@example.org",
        "bob@example.org",
        TEAM,
    ]


def test_who_was_deactivated_is_not_told_even_of_their_own(told, tier):
    requested(tier)
    User.objects.filter(username="alice").update(is_active=False)

    work()

    assert "alice@example.org" not in [to for to, _ in told.mails]


def test_approvers_are_asked_with_all_they_need_to_begin(told, tier):
    promotion = requested(tier)

    work()

    (message,) = told.box.to("bob@example.org")
    lines = facts_of(message)
    assert "It waits for people to approve it. Approve or reject it on its page." in lines
    for line in (
        "Asked by: alice",
        "Reason: the diff is empty since Monday",
        "Needed: 1 other person",
        "Targets: kube-1, kube-2",
        f"http://127.0.0.1:8000{reverse('promotion', args=[promotion.pk])}",
    ):
        assert line in lines


def test_an_old_request_says_what_has_become_of_it(told, tier):
    promotion = requested(tier)
    reject_promotion(promotion, reason="not on a Friday", actor=bob(), now=database_now())

    work()

    asked, ended = told.box.to("carol@example.org")
    assert "It waits for people to approve it. By now it is rejected." in facts_of(asked)
    assert "bob rejected" in ended["Subject"]
    assert "Why: not on a Friday" in facts_of(ended)


def test_one_promotion_is_one_thread(told, tier):
    promotion = requested(tier)
    work()
    approved(promotion)
    start_promotion(promotion.pk, now=database_now())
    work()

    opening, *later = told.box.to(TEAM)
    assert len(later) == 2
    assert {message["References"] for message in later} == {opening["Message-ID"]}
    assert len({message["Message-ID"] for message in told.box.to(TEAM)}) == 3


def test_ways_to_end_without_effect_say_who_and_why(told, tier):
    withdraw_promotion(requested(tier), reason="too early", actor=alice(), now=database_now())
    work()
    failing = approved(requested(tier))
    start_promotion(failing.pk, now=database_now())
    fail_promotion(failing.pk, reason="values.yaml:7: two keys", now=database_now())
    work()

    withdrawn, failed = (
        message
        for message in told.box.to(TEAM)
        if "withdrew" in message["Subject"] or "failed" in message["Subject"]
    )
    assert f"alice withdrew {STEP}" in withdrawn["Subject"]
    assert "Why: too early" in facts_of(withdrawn)
    assert f"{STEP} failed" in failed["Subject"]
    assert "Why: values.yaml:7: two keys" in facts_of(failed)


def test_evidence_that_got_worse_is_told_with_what_changed(told, tier):
    promotion = approved(requested(tier))
    work()
    differ(target("kube-1"), "kube_shop__orders")

    assert not start_promotion(promotion.pk, now=database_now())
    work()

    message = told.box.to("alice@example.org")[-1]
    promotion.refresh_from_db()
    assert f"{STEP} is outdated" in message["Subject"]
    assert f"Why: {promotion.state_reason}" in facts_of(message)
    assert "1 new or changed difference" in promotion.state_reason


def test_a_rollback_says_who_ordered_it_and_what_gave_way(told, tier):
    promotion = approved(requested(tier))
    start_promotion(promotion.pk, now=database_now())
    work()

    back = rolled_back(tier, actor=carol())
    work()

    assert subjects(told)[-2:] == [
        f"{STEP} gave way to a rollback",
        "carol rolls back routesrv/test exec → shadow",
    ]
    ordered = told.box.to(TEAM)[-1]
    assert ordered["References"] is None
    assert "Reason: errors since the switch" in facts_of(ordered)
    assert ordered["Subject"].strip().startswith(back.name)


def test_every_state_of_the_machine_has_its_line():
    assert set(TITLES) == set(State)


def test_nothing_set_up_sends_nothing_and_fails_nowhere(tier):
    requested(tier)

    assert work() == 0

    assert deliveries() == []
    assert not Outbox.objects.filter(done_at=None).exists()


def test_who_has_no_address_or_no_usable_one_is_left_out(told, tier):
    User.objects.filter(username="bob").update(email="")
    User.objects.filter(username="carol").update(email="carol@example.org\nBcc: eve@example.org")
    requested(tier)

    work()

    assert sorted(to for to, _ in told.mails) == ["alice@example.org", TEAM]


def test_a_notice_that_cannot_be_put_into_words_holds_up_no_other(told, tier, caplog):
    with transaction.atomic():
        tell(NOTICE, now=database_now())
    Outbox.objects.create(
        dedupe_key="broken", kind="promotion_notice", payload={"promotion": 0, "state": "lost"},
        created_at=database_now(), next_at=database_now(),
    )  # fmt: skip

    work()

    assert len(told.posts) == 1
    broken = Outbox.objects.get(dedupe_key="broken")
    assert "could not be put into words" in broken.last_problem
    assert broken.next_at is not None


def test_two_workers_at_once_make_each_delivery_once(told, tier):
    requested(tier)
    now = database_now()

    assert send_notices(now=now) == 5
    assert send_notices(now=now) == 0
    assert len(deliveries()) == 5


def test_the_same_notice_is_written_down_once():
    for _ in range(3):
        with transaction.atomic():
            tell(NOTICE, now=database_now())

    assert Outbox.objects.count() == 1
