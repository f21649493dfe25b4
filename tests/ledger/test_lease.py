"""Leases: one holder at a time, and the old one can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from ledger.clock import database_now
from ledger.lease import holds, release, renew, take
from ledger.models import Lease
from tests.ledger.at_once import at_once

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

RACERS = 50


def taken(holder="alpha", *, resource="git", seconds=60.0):
    held = take(resource, holder=holder, seconds=seconds)
    assert held is not None
    return held


def run_out(held):
    """Let a lease have ended a moment ago, as if its time had passed."""
    ended = database_now() - timedelta(seconds=1)
    Lease.objects.filter(pk=held.resource).update(expires_at=ended)


def test_a_free_resource_is_taken_for_the_time_asked_for():
    before = database_now()

    held = taken(seconds=30)

    assert (held.resource, held.holder, held.token) == ("git", "alpha", 1)
    assert timedelta(seconds=29) < held.expires_at - before < timedelta(seconds=60)
    assert holds(held)


def test_a_held_resource_is_not_taken_by_another_nor_again_by_its_holder():
    taken("alpha")

    assert take("git", holder="beta", seconds=60) is None
    assert take("git", holder="alpha", seconds=60) is None


def test_resources_do_not_know_each_other():
    assert taken(resource="git").token == taken(resource="registry").token == 1


def test_of_many_at_once_one_gets_a_resource_that_nobody_ever_held():
    got = at_once(RACERS, lambda number: take("git", holder=f"w{number}", seconds=60))

    (winner,) = [held for held in got if held is not None]
    assert Lease.objects.get().holder == winner.holder
    assert Lease.objects.get().token == winner.token == 1


def test_of_many_at_once_one_gets_what_ran_out_and_the_old_token_is_worth_nothing():
    old = taken("old")
    run_out(old)

    got = at_once(RACERS, lambda number: take("git", holder=f"w{number}", seconds=60))

    (winner,) = [held for held in got if held is not None]
    assert winner.token == old.token + 1
    assert renew(old) is None
    assert not holds(old)
    assert not release(old)
    assert holds(winner)


def test_a_clock_that_was_set_back_keeps_nobody_from_a_lease():
    old = taken("old", seconds=30)
    Lease.objects.update(expires_at=database_now() + timedelta(hours=6))

    new = taken("new", seconds=30)

    assert new.token == old.token + 1
    assert not holds(old)
    assert renew(old) is None
    assert timedelta(0) < new.expires_at - database_now() <= timedelta(seconds=30)


def test_a_lease_that_was_taken_for_long_is_not_taken_by_who_wants_it_for_a_moment():
    taken("old", seconds=3600)

    assert take("git", holder="new", seconds=1) is None


def test_a_lease_that_is_held_on_to_for_longer_is_not_taken():
    held = taken(seconds=30)

    assert renew(replace(held, seconds=300)) is not None

    assert take("git", holder="new", seconds=30) is None


def test_a_lease_runs_out_by_the_databases_clock():
    held = taken(seconds=0.2)

    assert take("git", holder="early", seconds=60) is None or database_now() >= held.expires_at
    while database_now() < held.expires_at:
        continue

    assert not holds(held)


def test_what_ran_out_is_not_renewed_though_nobody_has_taken_it_yet():
    held = taken()
    run_out(held)

    assert renew(held) is None
    assert not release(held)
    assert taken("beta").token == held.token + 1


def test_a_renewed_lease_holds_for_as_long_again():
    held = taken(seconds=60)
    Lease.objects.update(expires_at=database_now() + timedelta(seconds=5))

    renewed = renew(held)

    assert renewed is not None
    assert renewed.expires_at > database_now() + timedelta(seconds=50)
    assert renewed.token == held.token
    assert renew(renewed) is not None


def test_what_was_released_is_free_at_once_under_a_larger_token():
    held = taken("alpha")

    assert release(held)

    assert not holds(held)
    assert taken("beta").token == held.token + 1


def test_a_release_that_comes_late_takes_nothing_from_the_next_holder():
    late = taken("alpha")
    run_out(late)
    present = taken("beta")

    assert not release(late)

    assert holds(present)


def test_tokens_never_fall():
    tokens = []
    for number in range(5):
        held = taken(f"w{number}")
        tokens.append(held.token)
        release(held)

    assert tokens == [1, 2, 3, 4, 5]


def test_a_write_under_a_checked_lease_is_over_before_another_takes_it(uses_sqlite):
    held = taken("alpha")
    hurry = "PRAGMA busy_timeout=50" if uses_sqlite else "SET lock_timeout='50ms'"

    def rob(_):
        with connection.cursor() as cursor:
            cursor.execute(hurry)
            cursor.execute("UPDATE ledger_lease SET token = token + 1")

    with transaction.atomic():
        assert holds(held)
        (refused,) = at_once(1, rob)

    assert isinstance(refused, OperationalError)
    assert at_once(1, rob) == [None]
    assert not holds(held)
