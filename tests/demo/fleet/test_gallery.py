"""Each cluster of the gallery shows one thing, and what it shows is told apart from the others."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest

from demo.fleet.gallery_parts import DEFAULTS, INLINE, SHRINKING_SECONDS
from demo.gallery import GALLERY, INTERVAL_SECONDS
from demo.story import Part
from diffs.models import SourceSide
from diffs.outcomes import GOOD
from diffs.report import Kind
from tests.demo.fleet.lasting import compared, lasting, table
from tests.demo.fleet.served import WHOLE

ALIAS = {cluster.part: cluster.alias for cluster in GALLERY}
JSON = {"Accept": "application/json"}
PODS = ("pod-1", "pod-2", "pod-3")

ARROW = "\n-> "
"""Between the steps of a canonical text."""


def form(text: str) -> str:
    """Say which of the three forms a backend has that stands for none, one or more endpoints."""
    if text.endswith("<shunt>") and 'inlineContent("no endpoints")' in text:
        return "none"
    return "many" if text.endswith(">") else "one"


def test_fewer_endpoints_show_as_every_pair_of_forms(served):
    findings = lasting(served, ALIAS[Part.ENDPOINTS])

    forms = {(form(one.left), form(one.right)) for one in findings}
    assert forms == {("many", "one"), ("many", "none"), ("one", "none")}


def test_of_two_queues_only_skipper_keeps_the_last(served):
    findings = lasting(served, ALIAS[Part.QUEUES])

    assert len(findings) == 5
    for one in findings:
        assert one.kind == Kind.FILTER
        assert (one.left.count("fifo("), one.right.count("fifo(")) == (1, 2)
        left, right = one.left.split(ARROW), one.right.split(ARROW)
        assert right[2].startswith("fifo(2000, 20")
        assert left == [*right[:2], *right[3:]]


def test_default_filters_lead_every_route_of_one_side(served):
    findings = lasting(served, ALIAS[Part.DEFAULTS])

    assert len(findings) == 60
    names = [call.name for call in DEFAULTS]
    for one in findings:
        left, right = (text.split(ARROW)[1:] for text in (one.left, one.right))
        assert [part.partition("(")[0] for part in left[:2]] == names
        assert left[2:] == right


def test_a_route_of_the_command_line_is_only_in_legacy(served):
    (finding,) = lasting(served, ALIAS[Part.INLINE])

    assert (finding.kind, finding.key) == (Kind.ONLY_IN_LEGACY, INLINE.ident)
    steps = ['Path("/status")', "status(200)", 'inlineContent("ok")', "<shunt>"]
    assert finding.left.split(ARROW) == steps


def test_what_only_the_shadow_has_skipper_lists_as_invalid_with_its_reason(served):
    alias = ALIAS[Part.INVALID]

    (finding,) = lasting(served, alias)
    answer = served.ask(alias, "legacy", "?invalid=true&limit=10000", **JSON)

    (listed,) = json.loads(answer.body)
    assert finding.kind == Kind.ONLY_IN_SHADOW
    assert listed["id"] == finding.key
    assert listed["error"] == 'unknown_filter: filter "corsOrigins" not found'
    assert answer.headers["x-count"] == "1"
    assert finding.key not in table(served, alias, "legacy").digests


def test_the_shadow_that_is_behind_says_what_legacy_said_one_look_ago(served):
    alias, seen = ALIAS[Part.BEHIND], []

    for _ in range(8):
        served.now += INTERVAL_SECONDS
        seen.append([table(served, alias, side).digest for side in ("legacy", "shadow")])

    assert all(legacy != shadow for legacy, shadow in seen[2:])
    assert all(before[0] == after[1] for before, after in pairwise(seen[1:]))


def test_a_third_of_the_routes_goes_on_both_sides_at_once(served):
    alias = ALIAS[Part.SHRINKING]
    served.now += SHRINKING_SECONDS - 1
    assert compared(served, alias).total == 60

    served.now += 2

    assert lasting(served, alias) == []
    assert 30 <= compared(served, alias).total <= 42


def test_in_each_others_place_the_two_addresses_agree_and_their_headers_tell(served):
    alias = ALIAS[Part.SWAPPED]

    assert lasting(served, alias) == []
    shadow, legacy = served.ask(alias, "shadow"), served.ask(alias, "legacy", WHOLE)
    assert "etag" in shadow.headers
    assert "x-timestamp" not in shadow.headers
    assert "etag" not in legacy.headers
    assert "x-timestamp" in legacy.headers


def test_one_of_three_pods_keeps_an_old_table_until_it_is_restarted(served):
    alias = ALIAS[Part.STUCK]
    served.now += 60.5

    first, stuck, last = (table(served, alias, pod).digest for pod in PODS)
    shadow = table(served, alias, "shadow").digest
    assert first == last == shadow != stuck

    served.fleet.clusters[alias].restart_pods(served.now)
    served.now += 5
    assert len({table(served, alias, pod).digest for pod in PODS}) == 1


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("part", "routes"),
    [
        (Part.ENDPOINTS, "7 of 60"),
        (Part.QUEUES, "5 of 60"),
        (Part.DEFAULTS, r"(5\d|60) of 60"),
        (Part.INLINE, "1 of 61"),
        (Part.INVALID, "1 of 60"),
    ],
)
def test_what_lasts_is_a_difference_with_its_count(watch, part, routes):
    cluster = watch(ALIAS[part])

    assert cluster.looks(2, after=7) == ["unconfirmed", "different"]
    assert re.match(rf"The two sides disagree on {routes} routes\.", cluster.state.sentence)


@pytest.mark.django_db
@pytest.mark.sqlite
def test_a_shadow_that_is_always_behind_is_late_and_then_a_difference(watch):
    cluster = watch(ALIAS[Part.BEHIND])
    cluster.looks(3)

    outcomes = [cluster.look(after=after) for _ in range(6) for after in (8, 12)]

    assert {*outcomes} <= {"lag", "different"}
    assert "different" in outcomes
    assert "different" in outcomes[-2:]


@pytest.mark.django_db
@pytest.mark.sqlite
def test_a_shrunken_table_is_suspect_though_both_sides_agree(watch):
    cluster = watch(ALIAS[Part.SHRINKING])

    assert {*cluster.looks(3)} <= GOOD | {"unconfirmed"}
    cluster.look(after=SHRINKING_SECONDS)

    assert cluster.state.outcome == "suspect"
    assert "shrank from 60 routes to 37; acknowledge it" in cluster.state.sentence


@pytest.mark.django_db
@pytest.mark.sqlite
def test_two_addresses_in_each_others_place_are_no_proof(watch):
    cluster = watch(ALIAS[Part.SWAPPED])

    assert cluster.looks(2) == ["swapped", "swapped"]
    assert cluster.state.sentence.startswith("The addresses look swapped")


@pytest.mark.django_db
@pytest.mark.sqlite
def test_the_stuck_pods_cluster_is_read_pod_by_pod(watch):
    cluster = watch(ALIAS[Part.STUCK])
    cluster.look(after=60.5)

    legacy = SourceSide.objects.get(source=cluster.watched.source, side="legacy")

    assert len(legacy.addresses) == 3
    assert "different" in cluster.looks(6)
