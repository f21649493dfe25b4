"""Asking where modes are kept: handed out once per period, adopted once, never overwritten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from diffs.models import Source, SourceState
from ledger.models import AuditRecord
from rollouts.operations.observe_modes import (
    claim_observations,
    observe_mode,
    record_observation,
)
from tests.factories import NOW, TargetFactory
from tests.servers import answers, misbehaving, refused_port

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

PERIOD = timedelta(seconds=30)


def observed(**fields):
    """Return a target whose mode is read back somewhere, due now."""
    read_back = {"address": "http://127.0.0.1:9/mode", "pointer": "/mode", "credential": None}
    return TargetFactory.create(
        **{"read_back": read_back, "observe_next_at": NOW, "mode": "unknown", **fields}
    )


def test_each_due_target_is_handed_out_once_per_period():
    due = observed()
    observed(observe_next_at=NOW + timedelta(seconds=1))
    observed(observe_next_at=None)
    observed(removed_at=NOW)

    assert claim_observations(now=NOW) == [due.pk]
    assert claim_observations(now=NOW) == []
    assert due.pk in claim_observations(now=NOW + PERIOD)


def test_the_longest_waiting_come_first_and_the_rest_later():
    late = [observed(observe_next_at=NOW - timedelta(seconds=second)) for second in range(4)]

    first = claim_observations(now=NOW, limit=3)

    assert first == [one.pk for one in reversed(late)][:3]
    assert claim_observations(now=NOW, limit=3) == [late[0].pk]


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_hand_nothing_out_twice():
    targets = {observed().pk for _ in range(20)}
    start = Barrier(4)

    def tick(_):
        try:
            start.wait(timeout=30)
            return claim_observations(now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        handed = [pk for ids in pool.map(tick, range(4)) for pk in ids]

    assert sorted(handed) == sorted(targets)


@pytest.mark.parametrize(
    ("mode", "reads", "is_soaking"),
    [("off", "legacy", False), ("shadow", "both", True), ("exec", "both", False)],
)
def test_a_first_reading_is_adopted_with_all_that_follows(mode, reads, is_soaking):
    one = observed()
    SourceState.objects.filter(source=one.source).update(clean_seconds=99)
    epoch = one.source.epoch

    record_observation(one.pk, mode=mode, problem="", now=NOW)

    one.refresh_from_db()
    source = Source.objects.get(pk=one.source_id)
    assert (one.mode, one.mode_since, one.observed_mode, one.observed_at) == (mode, NOW, mode, NOW)
    assert (source.reads, source.is_soaking, source.epoch) == (reads, is_soaking, epoch + 1)
    assert SourceState.objects.get(source=source).clean_seconds == 0
    record = AuditRecord.objects.get()
    assert (record.action, record.before, record.after) == ("mode_adopted", "unknown", mode)
    assert record.reason == "found in http://127.0.0.1:9/mode"


def test_another_mode_seen_later_is_noted_and_stops_clean_time():
    one = observed()
    record_observation(one.pk, mode="shadow", problem="", now=NOW)
    epoch = Source.objects.get(pk=one.source_id).epoch

    record_observation(one.pk, mode="exec", problem="", now=NOW + PERIOD)

    one.refresh_from_db()
    assert (one.mode, one.mode_since) == ("shadow", NOW)
    assert (one.observed_mode, one.observed_at) == ("exec", NOW + PERIOD)
    source = Source.objects.get(pk=one.source_id)
    assert (source.epoch, source.is_soaking) == (epoch + 1, False)
    assert AuditRecord.objects.count() == 1

    record_observation(one.pk, mode="exec", problem="", now=NOW + 2 * PERIOD)
    assert Source.objects.get(pk=one.source_id).epoch == epoch + 1

    record_observation(one.pk, mode="shadow", problem="", now=NOW + 3 * PERIOD)
    source.refresh_from_db()
    assert (source.epoch, source.is_soaking) == (epoch + 2, True)


def test_targets_that_could_not_be_read_are_asked_one_at_a_time():
    good, *bad = (observed() for _ in range(4))
    for one in bad:
        record_observation(one.pk, mode="", problem="nobody answers", now=NOW)

    handed = claim_observations(now=NOW + PERIOD)

    assert good.pk in handed
    assert len(handed) == 2


def test_what_cannot_be_read_stays_unknown_with_the_reason():
    one = observed()

    record_observation(one.pk, mode="", problem="nobody answers", now=NOW)

    one.refresh_from_db()
    assert (one.mode, one.observed_mode, one.observed_at) == ("unknown", "", None)
    assert one.observe_problem == "nobody answers"
    assert not AuditRecord.objects.exists()


def test_a_failed_reading_keeps_the_last_one_and_a_good_one_clears_the_reason():
    one = observed()
    record_observation(one.pk, mode="shadow", problem="", now=NOW)

    record_observation(one.pk, mode="", problem="nobody answers", now=NOW + PERIOD)
    one.refresh_from_db()
    assert (one.observed_mode, one.observed_at) == ("shadow", NOW)

    record_observation(one.pk, mode="shadow", problem="", now=NOW + 2 * PERIOD)
    one.refresh_from_db()
    assert (one.observe_problem, one.observed_at) == ("", NOW + 2 * PERIOD)


def test_a_target_removed_while_it_was_asked_adopts_nothing():
    one = observed(removed_at=NOW)

    record_observation(one.pk, mode="exec", problem="", now=NOW)

    one.refresh_from_db()
    assert one.mode == "unknown"
    assert not AuditRecord.objects.exists()


@pytest.fixture
def reachable(settings):
    settings.ALLOWED_ADDRESSES = "127.0.0.1/32:1-65535"


def test_a_mode_is_read_over_http_and_adopted(reachable):
    with misbehaving(answers.answer(b'{"config": {"enabled": "pre"}}')) as server:
        one = observed(read_back={"address": server.url, "pointer": "/config/enabled"})

        observe_mode(one.pk)

    one.refresh_from_db()
    assert (one.mode, one.observe_problem) == ("shadow", "")


def test_an_address_that_does_not_answer_leaves_the_reason(reachable):
    with refused_port() as port:
        one = observed(read_back={"address": f"http://127.0.0.1:{port}/", "pointer": "/x"})

        observe_mode(one.pk)

    one.refresh_from_db()
    assert one.mode == "unknown"
    assert f"127.0.0.1:{port}" in one.observe_problem


def test_an_address_outside_the_allow_list_is_not_asked(settings):
    settings.ALLOWED_ADDRESSES = "10.0.0.0/8:80"
    with misbehaving(answers.answer(b'{"mode": "exec"}')) as server:
        one = observed(read_back={"address": server.url, "pointer": "/mode"})

        observe_mode(one.pk)

    assert server.asked == []
    one.refresh_from_db()
    assert "PENUMBRA_ALLOWED_ADDRESSES" in one.observe_problem


def test_a_target_whose_read_back_was_taken_away_is_passed_over():
    one = observed(read_back=None)

    observe_mode(one.pk)

    one.refresh_from_db()
    assert (one.mode, one.observe_problem) == ("unknown", "")
