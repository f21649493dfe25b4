"""From a promotion's steps to people's mail and Slack: each once, to whom it concerns."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from ledger.clock import database_now
from ledger.models import Outbox
from rollouts.operations.send_notices import send_notices, tell
from rollouts.operations.start_promotion import start_promotion
from tests.rollouts.notifiers.telling import NOTICE
from tests.rollouts.operations.reading import heard, written
from tests.rollouts.operations.telling import STEP, TEAM, deliveries, subjects, tier, told, work
from tests.rollouts.promoting import approved, requested

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

__all__ = ["tier", "told"]


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
        f"alice asked for {STEP}",
        f"bob approved {STEP}",
        f"{STEP} is being carried out",
        f"{STEP} is written, reading back",
        f"{STEP} is done",
    ]
    assert len(told.posts) == 5
    for post, subject in zip(told.posts, subjects(told), strict=True):
        shown = json.loads(post)["blocks"][0]["text"]["text"]
        assert shown == f"{promotion.name}: {subject}".replace(">", "&gt;")


def test_what_is_handed_out_at_once_is_told_in_its_order(told, tier):
    heard(written(approved(requested(tier))), "exec")

    send_notices(now=database_now())
    due = {row.next_at for row in deliveries()}
    work()

    assert len(due) == 5
    assert [subject.rpartition(" ")[2] for subject in subjects(told)] == [
        STEP.rpartition(" ")[2],
        STEP.rpartition(" ")[2],
        "out",
        "back",
        "done",
    ]


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
