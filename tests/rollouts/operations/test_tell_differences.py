"""Differences are told once each, over all clusters: new, resolved, back; never again by a restart.

A round of telling comes every ten seconds; here the clock is the test's.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from diffs.models import SourceState
from tests.rollouts.operations.differing import (
    differs,
    facts,
    fleet,
    notices,
    rounds,
    titles,
    watched,
    watched_elsewhere,
)

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


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
