"""Each cluster shows, over its addresses and through Penumbra's own eyes, what its story says."""

from __future__ import annotations

import pytest

from demo.story import CLUSTERS, Part
from diffs.formats.eskip import EskipError, parse_document
from diffs.report import Kind
from diffs.table import Table
from tests.demo.fleet.lasting import ESKIP, compared, lasting
from tests.demo.fleet.served import WHOLE

ALIAS = {cluster.part: cluster.alias for cluster in CLUSTERS}
AT_PEACE = [cluster.alias for cluster in CLUSTERS if cluster.part in (Part.EQUAL, Part.PODS)]


def read(body: bytes) -> Table:
    """Read a table as the workers do."""
    return ESKIP.read(body)


@pytest.mark.parametrize("alias", AT_PEACE)
def test_an_equal_cluster_is_canonically_equal_whenever_it_rests(served, alias):
    routes = next(cluster.routes for cluster in CLUSTERS if cluster.alias == alias)

    for _ in range(8):
        assert lasting(served, alias) == []
        assert compared(served, alias).total == routes
        served.now += 15


@pytest.mark.parametrize("alias", AT_PEACE)
def test_an_equal_cluster_is_one_that_skipper_would_load(served, alias):
    served.now += 300

    for side, more in (("legacy", WHOLE), ("shadow", "")):
        body = served.ask(alias, side, more).body
        assert len(parse_document(body)) == len(body.split(b"\n"))


def test_an_equal_cluster_is_at_odds_for_the_moment_that_a_change_takes(served):
    odd = 0
    for _ in range(200):
        served.now += 0.2
        odd += bool(compared(served, AT_PEACE[0]).findings)

    assert 0 < odd < 20


def test_every_pod_behind_the_one_address_says_the_same(served):
    for _ in range(4):
        served.now += 100
        bodies = [served.ask(ALIAS[Part.PODS], "legacy", WHOLE).body for _ in range(3)]
        served.now += 1
        bodies += [served.ask(ALIAS[Part.PODS], "legacy", WHOLE).body for _ in range(3)]

        digests = [read(body).digest for body in bodies]
        assert len({*digests[:3]}) == 1 or len({*digests[3:]}) == 1


def test_the_difference_is_one_filter_argument_in_six_route_group_routes(served):
    seen = []
    for _ in range(3):
        seen.append(lasting(served, ALIAS[Part.DIFFERENCE]))
        served.now += 60

    findings = seen[0]
    assert len(findings) == 6
    assert all(one.key.startswith("kube_rg__") and one.kind == Kind.FILTER for one in findings)
    for one in findings:
        assert one.left.replace('flowId("reuse")', 'flowId("renew")') == one.right != one.left
    assert seen == [findings] * 3


def test_the_poison_route_is_refused_with_its_name_and_the_rest_is_read(served):
    alias = ALIAS[Part.POISON]
    legacy = read(served.ask(alias, "legacy", WHOLE).body)
    body = served.ask(alias, "shadow").body
    shadow = read(body)

    (refusal,) = shadow.refusals
    findings = lasting(served, alias)
    assert refusal.key.startswith("kube_rg__")
    assert (legacy.refusals, shadow.routes, legacy.routes) == ((), 1225, 1224)
    assert sorted(one.kind for one in findings) == [Kind.ONLY_IN_SHADOW, Kind.REFUSED]
    with pytest.raises(EskipError, match="second Method"):
        parse_document(body)


def test_what_only_the_poisoned_shadow_has_skipper_lists_as_invalid(served):
    alias = ALIAS[Part.POISON]

    alone = [one.key for one in lasting(served, alias) if one.kind == Kind.ONLY_IN_SHADOW]
    invalid = read(served.ask(alias, "legacy", "?invalid=true&nopretty").body)

    assert alone == [*invalid.digests]


def test_the_uninitialised_shadow_never_has_a_table(served):
    for _ in range(5):
        reply = served.ask(ALIAS[Part.UNINITIALISED], "shadow")
        assert (reply.status, reply.body) == (404, b"")
        served.now += 60

    assert read(served.ask(ALIAS[Part.UNINITIALISED], "legacy", WHOLE).body).routes == 1300


def test_the_frozen_shadow_stands_while_the_legacy_side_moves_on(served):
    alias = ALIAS[Part.FROZEN]
    first = served.ask(alias, "shadow")
    before = compared(served, alias)

    served.now += 300
    again = served.ask(alias, "shadow", If_None_Match=first.headers["etag"])
    after = compared(served, alias)

    assert before.findings == ()
    assert again.status == 304
    assert len(after.findings) >= 10


def test_the_flip_never_shows_the_same_value_twice(served):
    seen = []
    for _ in range(40):
        (finding,) = lasting(served, ALIAS[Part.FLIPS])
        seen.append(finding)
        served.now += 6  # the two looks that confirm a difference are at least this far apart

    assert len({finding.key for finding in seen}) == 1
    assert len({finding.left for finding in seen}) == 1
    assert len({finding.right for finding in seen}) == 40
    assert {finding.kind for finding in seen} == {Kind.FILTER}
