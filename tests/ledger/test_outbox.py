"""The outbox: a duty is written with its change, handed to one worker, and never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from ledger import outbox
from ledger.models import Outbox
from ledger.transactions import OutsideTransaction
from tests.factories import NOW
from tests.ledger.at_once import at_once

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)


def enqueue(key="k", *, kind="mail", now=NOW, **payload):
    with transaction.atomic():
        outbox.enqueue(kind, dedupe_key=key, payload=payload, now=now)


def claim(now=NOW, **how):
    return outbox.claim_due(now=now, **how)


def keys(duties):
    return [duty.dedupe_key for duty in duties]


def test_a_duty_is_handed_out_with_what_it_was_given():
    enqueue("k", kind="mail", to=["alice"])

    (duty,) = claim()

    assert (duty.dedupe_key, duty.kind, duty.attempt) == ("k", "mail", 1)
    assert duty.payload == {"to": ["alice"]}


@pytest.mark.django_db(transaction=True)
def test_a_duty_outside_a_transaction_is_refused():
    with pytest.raises(OutsideTransaction, match="outbox row k outside a transaction"):
        outbox.enqueue("mail", dedupe_key="k", payload={}, now=NOW)

    assert not Outbox.objects.exists()


def test_a_duty_goes_with_the_change_that_was_rolled_back():
    with pytest.raises(KeyError), transaction.atomic():
        outbox.enqueue("mail", dedupe_key="k", payload={}, now=NOW)
        raise KeyError

    assert claim() == []


def test_the_same_key_twice_is_one_duty_as_it_was_first():
    enqueue("k", number=1)
    enqueue("k", number=2)

    assert [duty.payload for duty in claim()] == [{"number": 1}]


def test_a_duty_that_was_done_does_not_come_back_with_its_key():
    enqueue("k")
    outbox.mark_done(claim()[0], now=NOW)

    enqueue("k")

    assert claim(NOW + timedelta(days=1)) == []


def test_a_claimed_duty_is_not_handed_out_again_until_its_worker_had_its_time():
    enqueue("k")
    claim(seconds=30)

    assert claim(NOW + timedelta(seconds=29)) == []
    assert [duty.attempt for duty in claim(NOW + timedelta(seconds=30))] == [2]


def test_the_longest_waiting_come_first_and_no_more_than_asked_for():
    for minute in (3, 1, 2):
        enqueue(f"at {minute}", now=NOW + minute * MINUTE)

    assert keys(claim(NOW + 5 * MINUTE, limit=2)) == ["at 1", "at 2"]


def test_only_duties_of_the_kinds_asked_for_are_handed_out():
    enqueue("m", kind="mail")
    enqueue("s", kind="slack")
    enqueue("a", kind="apply")

    assert sorted(keys(claim(kinds=["mail", "slack"]))) == ["m", "s"]
    assert keys(claim()) == ["a"]


def test_a_failure_waits_longer_each_time_and_says_why():
    enqueue("k")
    now, waits = NOW, []
    for _ in range(4):
        (duty,) = claim(now)
        assert outbox.mark_failed(duty, problem="no route to host", now=now)
        row = Outbox.objects.get()
        assert claim(row.next_at - timedelta(seconds=1)) == []
        waits.append((row.next_at - now).total_seconds())
        now = row.next_at

    assert row.last_problem == "no route to host"
    for wait, about in zip(waits, (10, 30, 120, 600), strict=True):
        assert 0.8 * about <= wait <= 1.2 * about


def test_duties_that_failed_together_part():
    for number in range(20):
        enqueue(f"k{number}")
    for duty in claim():
        outbox.mark_failed(duty, problem="down", now=NOW)

    assert Outbox.objects.values("next_at").distinct().count() > 10


def test_a_duty_that_fails_to_the_last_try_is_given_up_and_stays_to_be_seen():
    enqueue("k")
    now, tries = NOW, 1
    while outbox.mark_failed(claim(now)[0], problem="gone", now=now):
        now, tries = Outbox.objects.get().next_at, tries + 1

    assert tries == len(outbox.WAITS_SECONDS) + 1
    assert claim(now + timedelta(days=30)) == []
    assert [(row.pk, row.last_problem) for row in outbox.given_up()] == [("k", "gone")]
    assert not outbox.waiting().exists()


def test_a_duty_that_ends_every_worker_is_given_up():
    enqueue("k")
    now = NOW
    while claim(now):
        now += MINUTE * 10

    assert [row.attempts for row in outbox.given_up()] == [len(outbox.WAITS_SECONDS) + 1]
    assert "Every worker" in outbox.given_up().get().last_problem


def test_a_late_worker_cannot_put_off_what_another_has_claimed_since():
    enqueue("k")
    (late,) = claim(seconds=30)
    claim(NOW + MINUTE, seconds=30)
    taken_until = Outbox.objects.get().next_at

    outbox.mark_failed(late, problem="late", now=NOW + MINUTE)

    assert (Outbox.objects.get().next_at, Outbox.objects.get().last_problem) == (taken_until, "")


def test_what_a_late_worker_did_counts_as_done():
    enqueue("k")
    (late,) = claim(seconds=30)
    (other,) = claim(NOW + MINUTE)

    outbox.mark_done(late, now=NOW + MINUTE)
    outbox.mark_failed(other, problem="sent twice", now=NOW + MINUTE)

    assert claim(NOW + timedelta(days=1)) == []
    assert (Outbox.objects.get().done_at, Outbox.objects.get().last_problem) == (NOW + MINUTE, "")


def test_a_clock_that_was_set_back_holds_nothing_up():
    enqueue("k", now=NOW + timedelta(days=1))

    assert keys(claim(NOW)) == ["k"]


def test_what_ended_long_ago_is_forgotten_and_nothing_else():
    for key in ("done", "given up", "waiting"):
        enqueue(key)
    long_after = NOW + outbox.KEPT + timedelta(days=1)
    done, given_up, _ = sorted(claim(), key=lambda duty: duty.dedupe_key)
    outbox.mark_done(done, now=NOW)
    Outbox.objects.filter(pk=given_up.dedupe_key).update(next_at=None)
    with transaction.atomic():
        outbox.enqueue("mail", dedupe_key="new", payload={}, now=long_after)
    outbox.mark_done(claim(long_after, limit=2)[-1], now=long_after)

    assert outbox.prune(now=NOW + outbox.KEPT) == 0
    assert outbox.prune(now=long_after) == 2
    assert set(Outbox.objects.values_list("pk", flat=True)) == {"waiting", "new"}


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_get_each_duty_once():
    for number in range(40):
        enqueue(f"k{number}")

    got = at_once(10, lambda _: claim(limit=4))

    taken = [key for duties in got for key in keys(duties)]
    assert len(taken) == len(set(taken))
    assert len(set(taken) | set(keys(claim(limit=40)))) == 40


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_once_is_one_duty():
    assert at_once(20, lambda _: enqueue("k")) == [None] * 20

    assert Outbox.objects.count() == 1
