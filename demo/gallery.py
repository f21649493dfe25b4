"""The gallery: clusters of a second rollout, each of them a thing that evidence has to tell apart.

Their names say nothing of what is in them; the table does, and `demo.fleet` acts it out.
"""

from __future__ import annotations

from demo.story import CLUSTERS, Cluster, Part

TIERS = ("fleet-wide",)
FAMILY = "edge"
ROUTES = 60
"""Small tables: what is to be seen here is not their size."""


def _cluster(number: int, tier: str, part: Part, sentence: str, *, family: str = "") -> Cluster:
    """Return a cluster of the gallery; all but what it plays is alike."""
    region = ("eu-central-1", "eu-west-1")[number % 2]
    return Cluster(
        key=f"aws:678901234567:{region}:kube-edge-{number}",
        alias=f"kube-edge-{number}",
        tier=tier,
        environment="production",
        region=region,
        criticality=2,
        part=part,
        routes=ROUTES,
        sentence=sentence,
        family=family,
    )


ALIKE = tuple(
    _cluster(
        number,
        "fleet-wide",
        Part.ALIKE if number < 7 else Part.JOINING,  # noqa: PLR2004  (the last of them)
        "One route differs, the same one by the same filter in seven clusters, each with host "
        "names of its own; the seventh joins three minutes after the others.",
        family=FAMILY,
    )
    for number in range(1, 8)
)

GALLERY = ALIKE
EVERY_CLUSTER = (*CLUSTERS, *GALLERY)
