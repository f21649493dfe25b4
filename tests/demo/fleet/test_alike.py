"""One difference in seven clusters: its name is the same in each, though no host is."""

from __future__ import annotations

import pytest

from demo.fleet.gallery_parts import JOINING_SECONDS
from demo.gallery import GALLERY
from demo.story import Part
from diffs.edit_words import sentence
from diffs.fingerprint import ClusterNames, fingerprint
from tests.demo.fleet.lasting import ESKIP, lasting

ALIKE = [cluster.alias for cluster in GALLERY if cluster.part is Part.ALIKE]
(JOINING,) = [cluster.alias for cluster in GALLERY if cluster.part is Part.JOINING]
SEVEN = [*ALIKE, JOINING]


def test_seven_clusters_share_one_name_of_a_difference_and_no_text(served):
    served.now += JOINING_SECONDS

    found = [lasting(served, alias) for alias in SEVEN]

    assert [len(findings) for findings in found] == [1] * 7
    (texts, names) = ([one.left for (one,) in found], set())
    for alias, (finding,) in zip(SEVEN, found, strict=True):
        named = fingerprint(finding, parts=ESKIP.parts, names=ClusterNames([alias]))
        names.add((named.exact, named.shape))
        told = sentence(finding.kind, named.edits)
        assert told == 'filter flowId argument 1: "reuse" → "renew"'
        assert alias.replace("-", "_") in finding.key
    assert len(names) == 1
    assert len({*texts}) == 7


def test_without_the_clusters_names_they_are_seven_differences(served):
    served.now += JOINING_SECONDS

    names = {
        fingerprint(one, parts=ESKIP.parts, names=ClusterNames([])).exact
        for alias in SEVEN
        for one in lasting(served, alias)
    }

    assert len(names) == 7


def test_no_two_of_the_seven_have_an_endpoint_in_common(served):
    endpoints = []
    for alias in SEVEN:
        served.fleet.clusters[alias].advance(served.now)
        pod = served.fleet.clusters[alias].pods[0]
        endpoints += {one for route in pod.routes.values() for one in route.endpoints}

    assert len({*endpoints}) == len(endpoints) > 100


@pytest.mark.django_db
@pytest.mark.sqlite
def test_six_differ_from_the_first_and_the_seventh_joins_three_minutes_later(served, watch):
    first, last = watch(ALIKE[0]), watch(JOINING)

    assert first.looks(2) == ["unconfirmed", "different"]
    assert first.state.sentence == "The two sides disagree on 1 of 60 routes."
    before = last.looks(6)
    assert {*before} <= {"equal", "unconfirmed"}
    assert before[-1] == "equal"

    last.look(after=JOINING_SECONDS - 160)
    assert last.looks(2)[-1] == "different"
    assert last.state.sentence == "The two sides disagree on 1 of 60 routes."
