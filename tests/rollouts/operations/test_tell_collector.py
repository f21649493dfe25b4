"""A collector that died is told once, by whoever notices, and so is that it works again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.operations.claim_due import HEARTBEAT
from ledger import heartbeat
from ledger.models import Outbox
from rollouts.models import ToldSilence
from rollouts.operations.tell_collector import tell_collector
from tests.factories import NOW
from tests.ledger.at_once import at_once

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def after(seconds):
    return NOW + timedelta(seconds=seconds)


def beats(seconds=0):
    heartbeat.beat(HEARTBEAT, now=after(seconds))


def titles():
    """Return what was told, the first first."""
    rows = Outbox.objects.filter(kind="notice").order_by("created_at")
    return [row.payload["notice"]["title"] for row in rows]


SILENT = "Nobody looks: no worker hands out looks"
BACK = "Somebody looks again"


def test_a_collector_that_is_silent_for_30_s_is_told_once():
    beats()
    assert not tell_collector(now=after(29))

    assert tell_collector(now=after(31))
    for seconds in (32, 60, 3600, 90_000):
        assert not tell_collector(now=after(seconds))

    assert titles() == [SILENT]


def test_that_it_works_again_is_told_once_and_in_the_same_thread():
    beats()
    tell_collector(now=after(31))
    beats(100)

    assert tell_collector(now=after(101))
    assert not tell_collector(now=after(111))

    assert titles() == [SILENT, BACK]
    silent, back = (row.payload["notice"] for row in Outbox.objects.order_by("created_at"))
    assert back["thread"] == silent["key"]
    assert ["Nobody looked for", "101 s"] in back["facts"]


def test_each_silence_is_told():
    for start in (0, 100, 200):
        beats(start)
        tell_collector(now=after(start + 1))
        tell_collector(now=after(start + 40))
    beats(300)
    tell_collector(now=after(301))

    assert titles() == [SILENT, BACK] * 3


def test_before_the_first_look_there_is_no_silence():
    assert not tell_collector(now=NOW)
    assert titles() == []


def test_a_start_after_a_night_is_no_silence_but_one_without_a_collector_is():
    beats()
    morning = 8 * 3600

    assert not tell_collector(now=after(morning))
    beats(morning + 10)
    assert not tell_collector(now=after(morning + 11))
    assert titles() == []

    evening = 24 * 3600
    assert not tell_collector(now=after(evening))
    assert not tell_collector(now=after(evening + 29))
    assert tell_collector(now=after(evening + 30))
    assert titles() == [SILENT]


def test_a_silence_that_ended_between_two_looks_at_it_is_over_all_the_same():
    beats()
    tell_collector(now=after(31))
    beats(50)
    tell_collector(now=after(90))
    beats(120)
    tell_collector(now=after(121))

    assert titles() == [SILENT, SILENT, BACK]
    assert not ToldSilence.objects.filter(ended_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_however_many_notice_it_is_one_notice():
    beats()

    told = at_once(12, lambda _: tell_collector(now=after(31)))

    assert sum(told) == 1
    assert titles() == [SILENT]


def test_what_was_over_long_ago_is_forgotten():
    beats()
    tell_collector(now=after(31))
    beats(40)
    tell_collector(now=after(41))
    later = 100 * 86_400
    beats(later)
    tell_collector(now=after(later + 31))
    beats(later + 40)

    tell_collector(now=after(later + 41))

    assert ToldSilence.objects.count() == 1
