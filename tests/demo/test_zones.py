"""The table of the resolver keeps the promises that pages make about it."""

from __future__ import annotations

from demo.gallery import EVERY_CLUSTER
from demo.zones import TIERS, ZONES, ZonePart

MOST_TARGETS = 35


def test_each_part_is_played_once_in_a_cluster_of_the_story():
    assert sorted(zone.part for zone in ZONES) == sorted(ZonePart)
    assert [zone.cluster.alias for zone in ZONES] == [zone.alias for zone in ZONES]
    assert [*dict.fromkeys(zone.tier for zone in ZONES)] == [*TIERS]


def test_all_rollouts_together_stay_small():
    assert len(EVERY_CLUSTER) + len(ZONES) <= MOST_TARGETS
    assert all(40 <= zone.records <= 200 for zone in ZONES)
