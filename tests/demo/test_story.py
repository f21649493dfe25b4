"""The table of the story keeps the promises that pages and README make about it."""

from __future__ import annotations

from collections import Counter

from demo.story import CLUSTERS, TIERS, Part


def test_has_twelve_clusters_in_four_tiers():
    assert [*dict.fromkeys(cluster.tier for cluster in CLUSTERS)] == [*TIERS]
    assert [*Counter(cluster.tier for cluster in CLUSTERS).values()] == [2, 3, 3, 4]


def test_names_each_cluster_once():
    assert len({cluster.key for cluster in CLUSTERS}) == len(CLUSTERS)
    for cluster in CLUSTERS:
        assert cluster.key.split(":")[2:] == [cluster.region, cluster.alias]


def test_has_tables_of_200_to_1500_routes():
    assert min(cluster.routes for cluster in CLUSTERS) == 200
    assert max(cluster.routes for cluster in CLUSTERS) == 1500


def test_most_clusters_are_equal_and_each_trouble_comes_once():
    parts = Counter(cluster.part for cluster in CLUSTERS)

    assert parts[Part.EQUAL] + parts[Part.PODS] == 7
    assert {parts[part] for part in parts if part is not Part.EQUAL} == {1}


def test_the_first_two_tiers_may_go_on():
    parts = {cluster.part for cluster in CLUSTERS if cluster.tier in TIERS[:2]}

    assert parts == {Part.EQUAL, Part.PODS}
