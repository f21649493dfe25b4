"""Claiming what is due: also after the database's clock was set back."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from diffs.models import SourceState
from diffs.operations.claim_due import claim_due
from tests.factories import NOW, SourceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HOURS = timedelta(hours=2)


def stand(**fields):
    """Write a source's state; return its id."""
    source = SourceFactory.create(reads="both")
    SourceState.objects.filter(source=source).update(**fields)
    return source.pk


def test_what_was_looked_at_in_the_future_is_due_now():
    source = stand(next_look_at=NOW + HOURS, last_look_at=NOW + HOURS)

    assert [row for row, _ in claim_due(now=NOW, places=4)] == [source]


def test_what_waits_in_its_back_off_is_not_due():
    stand(next_look_at=NOW + HOURS, last_look_at=NOW)

    assert claim_due(now=NOW, places=4) == []


def test_a_claim_that_would_be_held_for_hours_is_free():
    source = stand(next_look_at=NOW, claim="x", claimed_until=NOW + HOURS)

    assert [row for row, _ in claim_due(now=NOW, places=4)] == [source]


@pytest.mark.django_db(transaction=True)
def test_two_threads_never_claim_the_same_source(settings):
    sources = {SourceFactory.create().pk for _ in range(20)}
    now = SourceState.objects.first().next_look_at
    together, claimed = threading.Barrier(4), []

    def claim():
        together.wait(10)
        try:
            claimed.extend(claim_due(now=now, places=20))
        finally:
            connection.close()

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(source for source, _ in claimed) == sorted(sources)
