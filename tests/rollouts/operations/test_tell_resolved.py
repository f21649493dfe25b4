"""What is gone everywhere is told once; what is not counted tells nothing."""

from __future__ import annotations

import pytest

from rollouts.machine import Mode
from rollouts.models import Rollout, Target, ToldDifference
from rollouts.operations import tell_differences as operation
from tests.rollouts.operations.differing import (
    after,
    differs,
    facts,
    leaves,
    notices,
    returns,
    rounds,
    titles,
    watched,
)

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def test_gone_everywhere_is_told_once_in_the_thread():
    first, second, *_ = watched(8)
    differs(first)
    differs(second)
    rounds(60)
    leaves(first, 100)
    rounds(100, 300)
    assert titles() == ["1 new difference at 2 clusters"]

    leaves(second, 300)
    rounds(300, 419)
    assert len(titles()) == 1
    rounds(420, 430, 5000)

    assert titles()[1:] == ["1 difference resolved"]
    opening, gone = notices()
    assert gone["thread"] == opening["key"]
    assert facts(gone) == {"Routes": "kube_shop__orders"}


def test_what_was_told_together_is_told_to_be_gone_together():
    targets = watched(8)
    for number in range(5):
        differs(targets[number % 3], f"route_{number}")
    rounds(60)
    leaves(targets[0], 100)
    leaves(targets[1], 130)
    rounds(100, 130, 220, 230, 300)

    assert titles()[1:] == ["4 differences resolved, 1 still there"]


def test_a_difference_that_leaves_for_a_moment_is_not_told_to_be_gone():
    first, *_ = watched(4)
    differs(first)
    rounds(60)

    for start in (100, 300, 500):
        leaves(first, start)
        rounds(start, start + 110)
        returns(first)
        rounds(start + 115)

    assert len(titles()) == 1


def test_a_difference_that_comes_back_after_it_was_resolved_is_told_and_waits_longer_then():
    first, *_ = watched(4)
    differs(first)
    rounds(60)
    leaves(first, 100)
    rounds(100, 220)
    returns(first)
    rounds(300, 310)
    assert titles()[1:] == ["1 difference resolved", "1 difference back after being resolved"]

    leaves(first, 400)
    rounds(400, 520, 630)
    assert len(titles()) == 3
    rounds(640)

    assert titles()[3:] == ["1 difference resolved"]
    assert len({notice["thread"] for notice in notices()}) == 1


def test_a_target_that_is_set_aside_or_off_tells_nothing_until_it_counts_again():
    aside, off, *_ = watched(4)
    Target.objects.filter(pk=aside.pk).update(set_aside_until=after(500))
    Target.objects.filter(pk=off.pk).update(mode=Mode.OFF)
    differs(aside)
    differs(off, "another")

    rounds(60, 300)
    assert titles() == []
    rounds(501)

    assert titles() == ["1 new difference at kube-0"]


def test_setting_the_last_target_aside_resolves_nothing():
    first, *_ = watched(4)
    differs(first)
    rounds(60)

    Target.objects.filter(pk=first.pk).update(set_aside_until=after(5000))
    rounds(100, 300, 400)

    assert len(titles()) == 1


def test_a_removed_target_and_a_removed_rollout_are_told_of_no_more():
    first, second, *_ = watched(4)
    differs(first)
    rounds(60)
    Target.objects.filter(pk=first.pk).update(removed_at=after(70))
    differs(first, "another", seconds=70)
    rounds(100, 230)
    assert titles()[1:] == ["1 difference resolved"]

    differs(second, "last", seconds=300)
    Rollout.objects.update(removed_at=after(300))
    rounds(400)
    assert len(titles()) == 2


def test_a_restart_tells_nothing_again():
    first, *_ = watched(4)
    differs(first)
    rounds(60)

    rounds(61, 62, 63)  # nothing but rows carries on from round to round

    assert len(titles()) == 1
    assert ToldDifference.objects.count() == 1


def test_more_than_one_notice_reads_is_told_as_more_and_not_again(monkeypatch):
    monkeypatch.setattr("rollouts.queries.told_differences.MOST", 20)
    first, *_ = watched(4)
    for number in range(65):
        differs(first, f"route_{number}")

    rounds(60, 70, 80, 90, 100)

    assert titles() == ["20 or more new differences at kube-0"]
    assert ToldDifference.objects.count() == 65
    assert ToldDifference.objects.values("thread").distinct().count() == 1
    differs(first, "one more", seconds=110)
    rounds(170)
    assert titles()[1:] == ["1 new difference at kube-0"]


def test_the_texts_of_routes_are_not_told():
    first, *_ = watched(4)
    differs(first, text='setRequestHeader("Authorization", "Bearer N3verShown")')

    rounds(60)

    assert len(notices()) == 1
    assert "N3verShown" not in str(notices())


def test_what_was_resolved_long_ago_is_forgotten():
    first, *_ = watched(4)
    differs(first)
    rounds(60)
    leaves(first, 100)
    rounds(100, 220)

    rounds(220 + operation.KEPT.total_seconds() + 1)

    assert not ToldDifference.objects.exists()


def test_a_round_costs_as_much_for_many_clusters_as_for_few(django_assert_max_num_queries):
    for one in watched(60):
        differs(one)

    with django_assert_max_num_queries(17):
        rounds(60)
    with django_assert_max_num_queries(13):
        rounds(70)
