"""Handing out looks: how many, to whom first, and what a lost or lengthy one costs."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from kombu.exceptions import OperationalError

from diffs import tasks
from diffs.fetch import AddressPolicy, Credentials, Endpoint, Limits
from diffs.formats import FORMATS
from diffs.looking.order import Order, Reach, SideOrder
from diffs.models import SourceState
from diffs.models.source import Reads
from diffs.operations.begin_look import begin_look
from diffs.operations.claim_due import HANDED_OUT_SECONDS, claim_due
from diffs.operations.hold_claim import LEASE_SECONDS, renew_claims
from diffs.operations.look import in_turns
from diffs.operations.restart_proof import restart_proof
from diffs.operations.set_up_source import SideSetUp, SourceSetUp, add_source
from diffs.outcomes import Side
from ledger.clock import database_now
from tests.journeys.loaded import RESUMED_SECONDS

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=1)


def due_sources(count, *, failures=0, since=LONG_AGO):
    """Make sources that are due, the first of them the longest."""
    made = []
    for number in range(count):
        side = SideSetUp(("http://127.0.0.1:1/routes",))
        source = add_source(SourceSetUp({}, "eskip", 60, side, side), now=since)
        restart_proof(source.pk, reads=Reads.BOTH, is_soaking=True, reason="", now=since)
        state = SourceState.objects.filter(source=source)
        state.update(failures=failures, next_look_at=since + timedelta(seconds=number))
        made.append(source.pk)
    return made


@pytest.mark.django_db
def test_hands_out_the_longest_waiting_first():
    sources = due_sources(4)

    claimed = [source for source, _ in claim_due(now=NOW, places=3)]

    assert claimed == sources[:3]


@pytest.mark.django_db
def test_counts_the_looks_that_are_out_already():
    due_sources(6)

    claim_due(now=NOW, places=4)

    assert claim_due(now=NOW, places=4) == []


@pytest.mark.django_db
def test_failing_sources_leave_most_places_to_the_others():
    due_sources(30, failures=3, since=LONG_AGO)
    good = due_sources(20, since=NOW)

    claimed = {source for source, _ in claim_due(now=NOW + timedelta(minutes=1), places=20)}

    assert len(claimed & set(good)) == 15
    assert len(claimed) == 20


@pytest.mark.django_db
def test_failing_sources_are_still_looked_at_while_others_are_due():
    failing = due_sources(1, failures=3)
    due_sources(50)

    claimed = [source for source, _ in claim_due(now=NOW, places=4)]

    assert failing[0] in claimed


@pytest.mark.django_db
def test_failing_sources_do_not_pile_up_from_tick_to_tick():
    due_sources(30, failures=1)

    first = claim_due(now=NOW, places=20)
    second = claim_due(now=NOW + timedelta(seconds=1), places=20)

    assert (len(first), len(second)) == (5, 0)


@pytest.mark.django_db
def test_a_claim_that_nobody_took_up_is_handed_out_again_under_another_name():
    due_sources(1)
    ((source, lost),) = claim_due(now=NOW, places=1)
    later = NOW + timedelta(seconds=HANDED_OUT_SECONDS)

    ((again, claim),) = claim_due(now=later, places=1)

    assert (again, claim != lost) == (source, True)
    assert begin_look(source, lost, now=later) is None


@pytest.mark.django_db
def test_a_begun_look_of_a_dead_worker_is_handed_out_again_in_time():
    due_sources(1)
    ((source, claim),) = claim_due(now=NOW, places=1)
    begin_look(source, claim, now=NOW)

    assert claim_due(now=NOW + timedelta(seconds=LEASE_SECONDS - 1), places=1) == []
    assert claim_due(now=NOW + timedelta(seconds=LEASE_SECONDS), places=1)
    assert max(LEASE_SECONDS, HANDED_OUT_SECONDS) + 5 < RESUMED_SECONDS


@pytest.mark.django_db
def test_a_look_that_takes_long_keeps_its_claim_while_its_worker_lives():
    due_sources(1)
    now = database_now()
    ((source, claim),) = claim_due(now=now, places=1)
    begin_look(source, claim, now=now - timedelta(seconds=LEASE_SECONDS - 1))

    renew_claims([claim])

    assert claim_due(now=now + timedelta(seconds=LEASE_SECONDS - 1), places=1) == []


@pytest.mark.django_db
def test_a_claim_given_to_another_is_not_renewed():
    due_sources(1)
    now = database_now()
    ((source, lost),) = claim_due(now=now - timedelta(seconds=HANDED_OUT_SECONDS), places=1)
    ((_, claim),) = claim_due(now=now, places=1)

    renew_claims([lost])

    state = SourceState.objects.get(source=source)
    assert (state.claim, state.claimed_until) == (
        claim,
        now + timedelta(seconds=HANDED_OUT_SECONDS),
    )


@pytest.mark.django_db
def test_a_broker_that_is_away_costs_no_claim(monkeypatch):
    due_sources(3)

    def refuse(*_, **__):
        raise OperationalError("away")

    monkeypatch.setattr(tasks.look, "apply_async", refuse)
    tasks.due()

    assert not SourceState.objects.exclude(claimed_until=None).exists()
    assert len(claim_due(now=database_now(), places=9)) == 3


@pytest.mark.django_db(transaction=True)
def test_ticks_at_once_hand_out_no_more_than_there_are_places():
    due_sources(12)
    handed_out = []

    def tick():
        try:
            handed_out.extend(claim_due(now=NOW, places=5))
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(handed_out) == 5
    assert len({source for source, _ in handed_out}) == 5


def test_tables_are_read_two_at_a_time_however_many_looks_are_under_way():
    begun, may_end = threading.Semaphore(0), threading.Event()

    def read(data, known=None, *, limits):
        begun.release()
        may_end.wait(10)

    side = SideOrder(Side.LEGACY, Endpoint("http://127.0.0.1:1/routes"))
    reach = Reach(Limits(), AddressPolicy(), Credentials({}))
    order = in_turns(Order(replace(FORMATS["eskip"], read=read), side, None, reach))
    readers = [threading.Thread(target=order.format.read, args=(b"",)) for _ in range(5)]
    for reader in readers:
        reader.start()

    at_once = [begun.acquire(timeout=0.5) for _ in range(3)]
    may_end.set()

    assert at_once == [True, True, False]
    assert all(begun.acquire(timeout=5) for _ in range(3))
