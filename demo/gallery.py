"""The gallery: clusters of a second rollout, each of them a thing that evidence has to tell apart.

Their names say nothing of what is in them; the table does, and `demo.fleet` acts it out.
"""

from __future__ import annotations

from demo.story import CLUSTERS, Cluster, Part

TIERS = ("fleet-wide", "noise", "trust")
INTERVAL_SECONDS = 20.0
"""Between two looks at a cluster of the gallery."""
FAMILY = "edge"
ALIKE = "One route differs, the same one by the same filter in seven clusters, each with host names"


def _cluster(number: int, tier: str, part: Part, sentence: str) -> Cluster:
    """Return a cluster of the gallery; all but what it plays is alike."""
    region = ("eu-central-1", "eu-west-1")[number % 2]
    return Cluster(
        key=f"aws:678901234567:{region}:kube-edge-{number:02}",
        alias=f"kube-edge-{number:02}",
        tier=tier,
        environment="production",
        region=region,
        criticality=2,
        part=part,
        routes=60,
        sentence=sentence,
        pods=3 if part is Part.STUCK else 1,
        has_own_addresses=part is Part.STUCK,
        family=FAMILY if part in (Part.ALIKE, Part.JOINING) else "",
    )


GALLERY = (
    *(_cluster(number, "fleet-wide", Part.ALIKE, f"{ALIKE} of its own.") for number in range(1, 7)),
    _cluster(
        7,
        "fleet-wide",
        Part.JOINING,
        f"{ALIKE} of its own; this one joins three minutes after the others.",
    ),
    _cluster(
        8,
        "noise",
        Part.ENDPOINTS,
        "The route server shows fewer ready endpoints of three services than Skipper: one instead "
        "of many, none instead of many, none instead of one.",
    ),
    _cluster(
        9,
        "noise",
        Part.QUEUES,
        "Five routes have a fifo of their own behind the one of every route; Skipper keeps the "
        "last of them, the route server writes both.",
    ),
    _cluster(
        10,
        "noise",
        Part.DEFAULTS,
        "Skipper puts two default filters before those of every route; the route server has none.",
    ),
    _cluster(
        11,
        "noise",
        Part.INLINE,
        "Skipper has a route from its command line that the route server never heard of.",
    ),
    _cluster(
        12,
        "noise",
        Part.INVALID,
        "One route has a filter that no Skipper knows: Skipper leaves it out and lists it as "
        "invalid, the route server writes it.",
    ),
    _cluster(
        13,
        "trust",
        Part.BEHIND,
        "The route server is one change behind for ever: whatever Skipper said one look ago, it "
        "says now.",
    ),
    _cluster(
        14,
        "trust",
        Part.SHRINKING,
        "After a minute or so a good third of the routes is gone, on both sides alike.",
    ),
    _cluster(
        15,
        "trust",
        Part.SWAPPED,
        "Somebody wrote the two addresses into each other's place, so that the route server is "
        "taken for the side that production follows; both say the same all the time.",
    ),
    _cluster(
        16,
        "trust",
        Part.STUCK,
        "Three Skipper pods with an address each; one of them is stuck with an old table.",
    ),
)
EVERY_CLUSTER = (*CLUSTERS, *GALLERY)
