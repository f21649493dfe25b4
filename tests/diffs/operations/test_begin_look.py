"""Whoever holds the claim may record, once, and only what its own epoch says."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from diffs.line_index import LineIndex
from diffs.models import HourRollup, OutcomeSpan, SideState, Snapshot, SourceState
from diffs.models.source import Reads
from diffs.operations.begin_look import begin_look
from diffs.operations.claim_due import claim_due
from diffs.operations.hold_claim import LEASE_SECONDS
from diffs.operations.record_look import record_failure, record_look
from diffs.operations.restart_proof import restart_proof
from diffs.outcomes import Side
from tests.diffs.watched import Watched
from tests.servers.pair import some_routes

pytestmark = pytest.mark.sqlite


def rows_of(source):
    """Count what a look leaves."""
    spans = OutcomeSpan.objects.filter(source=source).count()
    hours = sum(row.looks for row in HourRollup.objects.filter(source=source))
    sides = SideState.objects.filter(source=source).count()
    return spans, hours, sides, SourceState.objects.get(source=source).looks


NOTHING = (0, 0, 0, 0)


def restart(watched):
    restart_proof(
        watched.source.pk, reads=Reads.BOTH, is_soaking=True, reason="moved", now=watched.now
    )


def test_a_claim_given_to_another_worker_begins_nothing(watched):
    begun = watched.begin()

    assert begin_look(watched.source.pk, "another", now=watched.now) is None
    assert begin_look(watched.source.pk, "", now=watched.now) is None
    assert watched.state.claim == begun.claim


def test_a_claim_that_ran_out_begins_nothing(watched):
    begun = watched.begin()
    over = watched.now + timedelta(seconds=LEASE_SECONDS)

    assert begin_look(watched.source.pk, begun.claim, now=over) is None


@pytest.mark.parametrize("late", [0, 1])
def test_a_claim_that_ran_out_records_nothing(watched, late):
    begun = watched.begin()
    seen = watched.see(begun)
    over = watched.now + timedelta(seconds=LEASE_SECONDS + late)

    assert record_look(begun, seen, now=over) is None
    assert record_failure(begun.source_id, begun.claim, ValueError(), now=over) is None

    assert rows_of(watched.source) == NOTHING
    assert not Snapshot.objects.exists()


def test_a_claim_taken_over_records_nothing_and_leaves_the_new_one(watched):
    lost = watched.begin()
    seen = watched.see(lost)
    taken = watched.begin(after=LEASE_SECONDS)

    assert record_look(lost, seen, now=watched.now) is None
    assert record_failure(lost.source_id, lost.claim, ValueError(), now=watched.now) is None

    assert rows_of(watched.source) == NOTHING
    assert watched.state.claim == taken.claim
    assert record_look(taken, seen, now=watched.now) == "equal"


def test_the_look_of_a_second_worker_with_the_same_claim_is_not_recorded(watched):
    first = watched.begin()
    second = begin_look(watched.source.pk, first.claim, now=watched.now)
    assert second is not None

    assert record_look(first, watched.see(first), now=watched.now) == "equal"
    assert record_look(second, watched.see(second), now=watched.now) is None

    assert rows_of(watched.source) == (1, 1, 2, 1)


def test_a_look_that_began_before_a_change_of_epoch_is_dropped_and_taken_again(watched):
    watched.look()
    begun = watched.begin(after=60)
    seen = watched.see(begun)
    restart(watched)

    assert record_look(begun, seen, now=watched.now) is None

    state = watched.state
    assert (state.looks, state.clean_looks, state.claim) == (1, 0, "")
    assert (state.next_look_at, state.outcome) == (watched.now, "")
    assert claim_due(now=watched.now, places=1)


def test_after_a_change_of_epoch_nothing_is_known_until_the_next_look(watched):
    watched.look()
    watched.look()
    assert (watched.facts.outcome, watched.facts.settled) == ("equal", "equal")

    restart(watched)

    facts = watched.facts
    assert (facts.outcome, facts.settled, facts.last_proof_at) == ("", "", None)
    assert (facts.clean_seconds, facts.clean_looks, facts.restart) == (0, 0, "moved")
    assert watched.look() == "equal"
    assert watched.look() == "equal"
    assert watched.facts.clean_seconds == 60


def test_a_lag_right_after_a_change_of_epoch_is_not_clean_by_a_proof_from_before_it(watched):
    watched.look()
    restart(watched)
    watched.pair.legacy.say(some_routes(10, r0='"http://new"'))

    assert watched.look() == "lag"

    assert (watched.facts.settled, watched.facts.last_proof_at) == ("", None)


def test_an_epoch_raised_without_a_restart_is_seen_as_well(watched):
    watched.look()
    watched.look()
    watched.source.epoch += 1
    watched.source.save()

    assert (watched.facts.outcome, watched.facts.last_proof_at) == ("", None)
    assert watched.look() == "equal"
    assert watched.facts.clean_seconds == 0


def test_of_several_addresses_another_one_is_read_at_each_look(watched):
    urls = [watched.pair.legacy.url, watched.pair.legacy.server.url_as("127.0.0.2")]
    watched.source.sides.filter(side="legacy").update(addresses=urls)

    read = []
    for _ in range(3):
        begun = watched.begin(after=60)
        read.append(begun.order.legacy.endpoint.url)
        record_look(begun, watched.see(begun), now=watched.now)

    assert read == [urls[0], urls[1], urls[0]]


@pytest.mark.parametrize(("addresses", "sent"), [(1, "Mon, 02 Mar 2026"), (2, None)])
def test_a_date_is_no_validator_among_several_addresses(watched, addresses, sent):
    watched.look()
    SideState.objects.filter(side="shadow").update(etag="", last_modified="Mon, 02 Mar 2026")
    watched.source.sides.filter(side="shadow").update(
        addresses=[watched.pair.shadow.url] * addresses
    )

    validators = watched.begin(after=60).order.shadow.before.validators

    assert (validators.etag, validators.last_modified) == (None, sent)


def test_what_another_version_of_the_reader_left_is_not_held_against_this_one(watched, monkeypatch):
    watched.look()
    unpacked = LineIndex("eskip/0", ["r0"], [b"x" * 16], [b"y" * 16])
    monkeypatch.setattr(LineIndex, "from_bytes", lambda _: unpacked)

    before = watched.begin(after=60).order.legacy.before

    assert (before.lines, before.digest) == (None, "")
    assert before.sha256 == watched.side(Side.LEGACY).snapshot_id


def test_mode_off_reads_one_side_only(watched):
    watched.source.reads = "legacy"
    watched.source.save()

    assert watched.begin().order.shadow is None


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_that_record_at_once_one_does(pair):
    watched = Watched.over(pair)
    begun = watched.begin()
    seen = watched.see(begun)
    together, recorded = threading.Barrier(2), []

    def record():
        together.wait(10)
        try:
            recorded.append(record_look(begun, seen, now=watched.now))
        finally:
            connection.close()

    threads = [threading.Thread(target=record) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(recorded, key=str) == [None, "equal"]
    assert rows_of(watched.source) == (1, 1, 2, 1)


@pytest.mark.django_db(transaction=True)
def test_many_sources_that_read_the_same_pair_at_once_store_it_once(pair):
    pair.legacy.say(some_routes(10, r0='"http://left"'))
    watched = [Watched.over(pair) for _ in range(6)]
    looks = [(one, begun, one.see(begun)) for one in watched for begun in [one.begin()]]
    together, recorded = threading.Barrier(len(looks)), []

    def record(one, begun, seen):
        together.wait(10)
        try:
            recorded.append(record_look(begun, seen, now=one.now))
        finally:
            connection.close()

    threads = [threading.Thread(target=record, args=look) for look in looks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert recorded == ["unconfirmed"] * 6
    assert Snapshot.objects.count() == 2
