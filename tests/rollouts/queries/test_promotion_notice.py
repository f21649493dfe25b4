"""What mail says of a promotion: who, why, what is needed now, and where to read on."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ledger.clock import database_now
from rollouts.machine import State
from rollouts.operations.end_promotion import reject_promotion, withdraw_promotion
from rollouts.operations.record_written import fail_promotion
from rollouts.operations.start_promotion import start_promotion
from rollouts.queries.promotion_notice import TITLES
from tests.rollouts.operations.telling import STEP, TEAM, subjects, tier, told, work
from tests.rollouts.promoting import alice, approved, bob, carol, requested, rolled_back
from tests.rollouts.stage import differ, target
from tests.servers.mailbox import text_of

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

__all__ = ["tier", "told"]


def facts_of(message):
    """Return the lines of a mail."""
    return text_of(message).splitlines()


def test_approvers_are_asked_with_all_they_need_to_begin(told, tier):
    promotion = requested(tier)

    work()

    (message,) = told.box.to("bob@example.org")
    lines = facts_of(message)
    assert "It waits for people to approve it. Approve or reject it on its page." in lines
    for line in (
        "Asked by: alice",
        "Reason: the diff is empty since Monday",
        "Needed: 1 approver: bob or carol",
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
