"""The resolver: a third rollout, of a component that is no Skipper, in clusters of the story.

Its output is a zone: DNS records as JSON lines. This table is the only place that says which
cluster's zone plays which part; `demo.fleet.zone` acts it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from demo.story import CLUSTERS, Cluster


class ZonePart(StrEnum):
    """What a zone has to show."""

    EQUAL = "equal"
    ROUNDED = "rounded"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone of one cluster, with as many records as `records` says."""

    alias: str
    tier: str
    part: ZonePart
    records: int
    sentence: str

    @property
    def cluster(self) -> Cluster:
        """The cluster of the story in which the resolver runs."""
        return next(cluster for cluster in CLUSTERS if cluster.alias == self.alias)


TIERS = ("small", "large")

ZONES = (
    Zone(
        alias="kube-play-1",
        tier="small",
        part=ZonePart.EQUAL,
        records=40,
        sentence="Both sides say the same, in another order and spelling.",
    ),
    Zone(
        alias="kube-play-2",
        tier="small",
        part=ZonePart.ROUNDED,
        records=60,
        sentence="The new resolver rounds the weights of its records to two places, which the "
        "fleet file tolerates.",
    ),
    Zone(
        alias="kube-test-1",
        tier="large",
        part=ZonePart.DIFFERENCE,
        records=120,
        sentence="In one record the new resolver has a time to live of 30 s instead of 300 s.",
    ),
)
