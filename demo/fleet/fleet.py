"""All clusters of the demo together, moved on by one clock."""

from __future__ import annotations

from collections.abc import Sequence

from demo.fleet.cluster import RunningCluster
from demo.fleet.zone import RunningZone
from demo.gallery import EVERY_CLUSTER
from demo.story import Cluster
from demo.zones import ZONES

SEED = 7


class Fleet:
    """The running clusters by alias, and the zones of some of them.

    Units
        start  unix seconds at which the story begins
    """

    def __init__(
        self, *, start: float, seed: int = SEED, clusters: Sequence[Cluster] = EVERY_CLUSTER
    ) -> None:
        self.clusters = {
            story.alias: RunningCluster(story, seed=seed, start=start) for story in clusters
        }
        self.zones = {
            zone.alias: RunningZone(zone, seed=seed, start=start)
            for zone in ZONES
            if zone.alias in self.clusters
        }

    def advance(self, now: float) -> None:
        """Let all happen in every cluster that is due by this second."""
        for cluster in self.clusters.values():
            cluster.advance(now)
