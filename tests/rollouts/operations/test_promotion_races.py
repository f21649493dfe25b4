"""Many people and many clicks at once: one row, the quorum, one approval each."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from ledger.clock import database_now
from ledger.models import AuditRecord, Outbox
from rollouts.machine import Mode
from rollouts.models import Approval, Promotion
from rollouts.operations.decide import PromotionRefused
from rollouts.operations.start_promotion import start_promotion
from rollouts.permissions.roles import Role
from rollouts.queries.promotion_evidence import evidence_now
from tests.rollouts.promoting import approved, evidence_of, ready_tier, requested, rolled_back
from tests.rollouts.stage import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


def at_once(count, act):
    """Let `act(number)` be done by so many threads that start together; return what they say."""
    start = Barrier(count)

    def run(number):
        try:
            start.wait(timeout=60)
            act(number)
        except PromotionRefused as refusal:
            return str(refusal)
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(run, range(count)))


def test_of_a_hundred_people_who_approve_exactly_the_quorum_counts():
    tier = ready_tier("kube-3")  # production: two beside who asked
    promotion = requested(tier)
    people = [person(f"approver-{number}", Role.APPROVER) for number in range(100)]
    shown = evidence_now(promotion, now=database_now()).document

    said = at_once(100, lambda number: approved(promotion, actor=people[number], shown=shown))

    assert said == {"done": 2, "This promotion is already approved.": 98}
    promotion.refresh_from_db()
    assert (promotion.state, promotion.approvals.count()) == ("approved", 2)
    told = Counter(AuditRecord.objects.values_list("action", flat=True))
    assert (told["promotion_approval_given"], told["promotion_approved"]) == (2, 1)
    assert told["promotion_approve_refused"] == 98
    assert Outbox.objects.filter(dedupe_key__endswith="approved").count() == 1


def test_of_a_hundred_clicks_of_one_person_one_is_an_approval():
    promotion = requested(ready_tier("kube-3"))
    bob = person("bob", Role.APPROVER)
    shown = evidence_now(promotion, now=database_now()).document

    said = at_once(100, lambda _: approved(promotion, actor=bob, shown=shown))

    assert said == {"done": 100}
    assert Approval.objects.count() == 1
    assert AuditRecord.objects.filter(action="promotion_approval_given").count() == 1
    promotion.refresh_from_db()
    assert promotion.state == "pending"


def test_of_fifty_requests_one_opens_a_promotion():
    tier = ready_tier()
    shown = evidence_of(tier)
    people = [person(f"asker-{number}", Role.REQUESTER) for number in range(50)]

    said = at_once(50, lambda number: requested(tier, actor=people[number], shown=shown))

    assert said["done"] == 1
    assert Promotion.objects.count() == 1
    assert AuditRecord.objects.filter(action="promotion_requested").count() == 1
    assert AuditRecord.objects.filter(action="promotion_request_refused").count() == 49


def test_one_form_sent_many_times_is_one_request():
    tier = ready_tier()
    shown, asker = evidence_of(tier), person("alice", Role.REQUESTER)

    said = at_once(
        20, lambda _: requested(tier, actor=asker, shown=shown, request_key="the same form")
    )

    assert said == {"done": 20}
    assert Promotion.objects.count() == 1


def test_a_rollback_gets_through_between_two_starts():
    tier = ready_tier()
    promotion = approved(requested(tier))

    def act(number):
        if number == 1:
            rolled_back(tier, to_mode=Mode.OFF)
        else:
            start_promotion(promotion.pk, now=database_now())

    assert at_once(3, act) == {"done": 3}
    promotion.refresh_from_db()
    back = Promotion.objects.exclude(pk=promotion.pk).get()
    assert (promotion.state, back.state) == ("superseded", "approved")
    generations = set(tier.targets.values_list("generation", flat=True))
    assert generations == {back.generation}
