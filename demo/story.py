"""The story that the demo fleet tells: twelve clusters in four tiers, and what is wrong in five.

This table is the only place that says which cluster plays which part; `demo.fleet` acts it out.
`demo.gallery` has the clusters of a second rollout.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What a cluster has to show."""

    EQUAL = "equal"
    PODS = "pods"
    DIFFERENCE = "difference"
    FLIPS = "flips"
    POISON = "poison"
    UNINITIALISED = "uninitialised"
    FROZEN = "frozen"
    ALIKE = "alike"
    JOINING = "joining"
    ENDPOINTS = "endpoints"
    QUEUES = "queues"
    DEFAULTS = "defaults"
    INLINE = "inline"
    INVALID = "invalid"
    BEHIND = "behind"
    SHRINKING = "shrinking"
    SWAPPED = "swapped"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster of the fleet.

    Units
        criticality  1 not critical, 2 standard production, 3 payment data
        routes       count of routes in its table
        mode         skipper_routesrv_enabled at the start: "false", "pre" or "exec"

    Shapes
        has_own_addresses  whether each pod has an address, instead of one before all of them
        family             clusters of one family run the same services, with hosts of their own
    """

    key: str
    alias: str
    tier: str
    environment: str
    region: str
    criticality: int
    part: Part
    routes: int
    sentence: str
    mode: str = "pre"
    pods: int = 1
    has_own_addresses: bool = False
    family: str = ""


TIERS = ("playground", "test", "infra", "production")

CLUSTERS = (
    Cluster(
        key="aws:123456789012:eu-central-1:kube-play-1",
        alias="kube-play-1",
        tier="playground",
        environment="test",
        region="eu-central-1",
        criticality=1,
        part=Part.EQUAL,
        routes=200,
        sentence="Both sides say the same, though hardly a line of their texts is alike.",
    ),
    Cluster(
        key="aws:123456789012:eu-west-1:kube-play-2",
        alias="kube-play-2",
        tier="playground",
        environment="test",
        region="eu-west-1",
        criticality=1,
        part=Part.EQUAL,
        routes=340,
        sentence="Both sides say the same while endpoints come and go every few seconds.",
    ),
    Cluster(
        key="aws:210987654321:eu-central-1:kube-test-1",
        alias="kube-test-1",
        tier="test",
        environment="test",
        region="eu-central-1",
        criticality=1,
        part=Part.EQUAL,
        routes=480,
        sentence="Both sides say the same.",
    ),
    Cluster(
        key="aws:210987654321:eu-central-1:kube-test-2",
        alias="kube-test-2",
        tier="test",
        environment="test",
        region="eu-central-1",
        criticality=1,
        part=Part.PODS,
        routes=640,
        pods=3,
        sentence="Three Skipper pods answer in turn behind one address, each with a table "
        "timestamp of its own; what they say is the same, so nothing is wrong.",
    ),
    Cluster(
        key="aws:210987654321:eu-west-1:kube-test-3",
        alias="kube-test-3",
        tier="test",
        environment="test",
        region="eu-west-1",
        criticality=1,
        part=Part.EQUAL,
        routes=820,
        sentence="Both sides say the same.",
    ),
    Cluster(
        key="aws:345678901234:eu-central-1:kube-infra-1",
        alias="kube-infra-1",
        tier="infra",
        environment="production",
        region="eu-central-1",
        criticality=2,
        part=Part.EQUAL,
        routes=560,
        sentence="Both sides say the same.",
    ),
    Cluster(
        key="aws:345678901234:eu-central-1:kube-infra-2",
        alias="kube-infra-2",
        tier="infra",
        environment="production",
        region="eu-central-1",
        criticality=2,
        part=Part.DIFFERENCE,
        routes=900,
        sentence="The real difference to find: in six RouteGroup routes the route server writes "
        'flowId("renew") where Skipper has flowId("reuse"), which would replace the flow id that '
        "a client sent.",
    ),
    Cluster(
        key="aws:345678901234:eu-west-1:kube-infra-3",
        alias="kube-infra-3",
        tier="infra",
        environment="production",
        region="eu-west-1",
        criticality=2,
        part=Part.FLIPS,
        routes=720,
        sentence="It flips: every few seconds the route server gives another value to one header "
        "filter of one route, so that no two looks see the same difference.",
    ),
    Cluster(
        key="aws:456789012345:eu-central-1:kube-prod-1",
        alias="kube-prod-1",
        tier="production",
        environment="production",
        region="eu-central-1",
        criticality=2,
        part=Part.EQUAL,
        routes=1500,
        sentence="Both sides say the same, over more routes than Skipper shows unless asked.",
    ),
    Cluster(
        key="aws:456789012345:eu-west-1:kube-prod-2",
        alias="kube-prod-2",
        tier="production",
        environment="production",
        region="eu-west-1",
        criticality=2,
        part=Part.POISON,
        routes=1225,
        sentence="A poison route: two Method predicates, which Skipper mends when it reads the "
        "cluster but which would make every pod refuse the route server's whole document; "
        "beside it a route with a misspelt filter that Skipper leaves out and lists as invalid.",
    ),
    Cluster(
        key="aws:567890123456:eu-central-1:kube-prod-3",
        alias="kube-prod-3",
        tier="production",
        environment="production",
        region="eu-central-1",
        criticality=3,
        part=Part.UNINITIALISED,
        routes=1300,
        sentence="Its route server has never loaded a table and answers 404 with nothing.",
    ),
    Cluster(
        key="aws:567890123456:eu-west-1:kube-prod-4",
        alias="kube-prod-4",
        tier="production",
        environment="production",
        region="eu-west-1",
        criticality=2,
        part=Part.FROZEN,
        routes=1400,
        sentence="Its route server is frozen: it stays healthy and serves its last table while the "
        "cluster moves on; only its count of fetch errors tells.",
    ),
)
