"""The table of the gallery keeps the promises that pages make about it."""

from __future__ import annotations

from collections import Counter

from demo.gallery import EVERY_CLUSTER, GALLERY, TIERS
from demo.story import CLUSTERS, Part

MOST_TARGETS = 35


def test_names_each_cluster_once_beside_those_of_the_story():
    assert len({cluster.key for cluster in EVERY_CLUSTER}) == len(CLUSTERS) + len(GALLERY)
    assert len({cluster.alias for cluster in EVERY_CLUSTER}) == len(EVERY_CLUSTER) <= MOST_TARGETS
    for cluster in GALLERY:
        assert cluster.key.split(":")[2:] == [cluster.region, cluster.alias]


def test_has_every_tier_in_order_and_small_tables():
    assert [*dict.fromkeys(cluster.tier for cluster in GALLERY)] == [*TIERS]
    assert all(40 <= cluster.routes <= 200 for cluster in GALLERY)


def test_seven_clusters_of_one_family_share_a_difference_that_one_joins_later():
    alike = [one for one in GALLERY if one.part in (Part.ALIKE, Part.JOINING)]

    assert Counter(one.part for one in alike) == {Part.ALIKE: 6, Part.JOINING: 1}
    assert len({one.family for one in alike}) == 1
    assert len({one.tier for one in alike}) == 1


def test_shows_each_other_thing_once():
    parts = Counter(cluster.part for cluster in GALLERY if cluster.tier != "fleet-wide")

    assert {*parts.values()} == {1}
    assert len(parts) == 9
    assert not {*parts} & {cluster.part for cluster in CLUSTERS}


def test_no_name_says_what_is_in_a_cluster():
    for cluster in GALLERY:
        assert cluster.part not in cluster.alias
