"""Differences are told once each, over all clusters: new, resolved, back; never again by a restart.

A round of telling comes every ten seconds; here the clock is the test's.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from diffs.models import Finding, Occurrence, SourceState
from ledger.models import Outbox
from rollouts.machine import Mode
from rollouts.models import Rollout, Target, ToldDifference
from rollouts.operations import tell_differences as operation
from rollouts.operations.tell_differences import tell_differences
from tests.factories import NOW, RolloutFactory, TargetFactory, TierFactory

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def after(seconds):
    return NOW + timedelta(seconds=seconds)


def fleet(size, *, looks=9):
    """Return the targets of a rollout in one tier, each looked at so often."""
    tier = TierFactory.create(rollout=RolloutFactory.create(key="routesrv"), name="infra")
    targets = [TargetFactory.create(tier=tier) for _ in range(size)]
    for number, one in enumerate(targets):
        one.cluster.alias = f"kube-{number}"
        one.cluster.save()
    SourceState.objects.update(looks=looks)
    return targets


def watched(size):
    """Return such targets after their first sight, in which they were equal."""
    targets = fleet(size)
    tell_differences(now=NOW - timedelta(seconds=10))
    assert notices() == []
    return targets


def differs(one, key="kube_shop__orders", *, text="x", seconds=0, confirmed=True):
    """Let a target differ in a route from a time on."""
    finding, _ = Finding.objects.get_or_create(
        digest=f"{hash((key, text)) & (2**128 - 1):032x}",
        defaults={"key": key, "kind": "filter", "left": text, "last_seen_at": after(seconds)},
    )
    return Occurrence.objects.create(
        source_id=one.source_id,
        finding=finding,
        key=key,
        first_seen_at=after(seconds),
        first_look=1,
        last_seen_at=after(seconds),
        confirmed_at=after(seconds) if confirmed else None,
    )


def leaves(one, seconds):
    """Let all that a target differs in be over."""
    rows = Occurrence.objects.filter(source_id=one.source_id, resolved_at=None)
    rows.update(resolved_at=after(seconds))


def returns(one):
    """Let what a target differed in be there again."""
    Occurrence.objects.filter(source_id=one.source_id).update(resolved_at=None)


def rounds(*seconds):
    for each in seconds:
        tell_differences(now=after(each))


def notices():
    """Return what was told, the first first."""
    rows = Outbox.objects.filter(kind="notice").order_by("created_at", "pk")
    return [row.payload["notice"] for row in rows]


def titles():
    return [notice["title"].removeprefix("routesrv: ") for notice in notices()]


def facts(notice):
    return dict(notice["facts"])


def test_a_new_difference_is_told_once_a_minute_after_it_was_confirmed():
    first, *_ = watched(4)
    differs(first)

    rounds(0, 10, 59)
    assert titles() == []
    rounds(60, 70, 3600, 90_000)

    assert titles() == ["1 new difference at kube-0"]
    (notice,) = notices()
    assert facts(notice) == {"Where": "kube-0", "Routes": "kube_shop__orders: another filter"}
    assert notice["link"].endswith(reverse("target", args=[first.pk]))
    assert notice["key"] == notice["thread"]


def test_the_same_difference_at_further_clusters_is_known():
    first, second, third, *_ = watched(5)
    differs(first)
    rounds(60)

    differs(second, seconds=100)
    differs(third, seconds=100)
    rounds(170, 300)

    assert titles() == ["1 new difference at kube-0"]


def test_what_one_look_brings_is_one_notice():
    first, *_ = watched(4)
    for number in range(6):
        differs(first, f"kube_shop__orders_{number}")

    rounds(60, 70)

    assert titles() == ["6 new differences at kube-0"]
    assert facts(notices()[0])["Routes"].count("\n") == 5


def test_a_difference_that_is_not_confirmed_is_not_told():
    first, *_ = watched(4)
    differs(first, confirmed=False)

    rounds(60, 600)

    assert titles() == []


def test_most_clusters_at_once_are_one_event():
    targets = watched(10)
    for number, one in enumerate(targets[:6]):
        for route in range(3):
            differs(one, f"route_{route}", text=f"{number}", seconds=number * 9)

    rounds(*range(0, 130, 10))

    assert titles() == ["6 of 10 clusters differ at once, 18 differences"]
    assert notices()[0]["link"].endswith(reverse("tier", args=["routesrv", "infra"]))


def test_half_of_the_clusters_are_no_mass_event_and_two_never_are():
    targets = watched(10)
    for one in targets[:5]:
        differs(one)
    rounds(60)
    assert titles() == ["1 new difference at 5 clusters"]

    one, two = watched_elsewhere(2)
    differs(one, seconds=100)
    differs(two, seconds=100)
    rounds(160)
    assert notices()[-1]["title"] == "other: 1 new difference at 2 clusters"


def watched_elsewhere(size):
    tier = TierFactory.create(rollout=RolloutFactory.create(key="other"))
    targets = [TargetFactory.create(tier=tier) for _ in range(size)]
    SourceState.objects.update(looks=9)
    rounds(90)
    return targets


def test_the_first_sight_of_a_fleet_is_one_summary():
    targets = fleet(100, looks=2)
    for number, one in enumerate(targets[:70]):
        differs(one, f"route_{number}", seconds=-30)
    rounds(0, 10, 60, 70)
    assert titles() == []

    SourceState.objects.update(looks=3)
    rounds(80, 90, 200)

    assert titles() == ["first sight of 100 clusters, 70 differences at 70 clusters"]
    assert facts(notices()[0])["Routes"].endswith("and 62 more")


def test_one_cluster_that_is_never_looked_at_holds_the_first_sight_up_for_a_while_only():
    first, second = fleet(2, looks=9)
    SourceState.objects.filter(source=second.source).update(looks=0)
    differs(first)

    rounds(0, 179)
    assert titles() == []
    rounds(180, 190)

    assert titles() == ["first sight of 2 clusters, 1 difference at kube-0"]


def test_what_was_there_at_the_first_sight_is_known_from_then_on():
    first, second = fleet(2)
    differs(first)
    rounds(0)

    differs(second, seconds=10)
    differs(second, "another", seconds=10)
    rounds(70)

    assert titles()[1:] == ["1 new difference at kube-1"]


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

    with django_assert_max_num_queries(16):
        rounds(60)
    with django_assert_max_num_queries(12):
        rounds(70)
