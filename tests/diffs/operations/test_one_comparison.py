"""Whatever many clusters say alike is compared once, and is one difference."""

from __future__ import annotations

import pytest

from diffs.looking import sandwich
from diffs.models import Comparison, Difference, Finding, Occurrence, Snapshot, Variant
from diffs.operations.refresh_differences import refresh_differences
from tests.diffs.watched import Watched
from tests.servers.pair import some_routes

CLUSTERS = 37


@pytest.mark.django_db
def test_thirty_seven_clusters_with_one_pair_cost_one_comparison(pair, monkeypatch):
    pair.legacy.say(some_routes(10))
    pair.shadow.say(some_routes(10, r3='"http://other"'))
    fleet = [
        Watched.over(pair, labels={"rollout": "r", "cluster": f"kube-{n}", "target": f"kube-{n}"})
        for n in range(CLUSTERS)
    ]
    compared = []
    compare = sandwich.compare
    monkeypatch.setattr(
        sandwich, "compare", lambda *tables: compared.append(tables) or compare(*tables)
    )

    for one in fleet:
        one.look()
    for one in fleet:
        one.now = fleet[-1].now
        one.look(after=7)
    refresh_differences(now=fleet[-1].now)

    assert len(compared) == 1
    assert [model.objects.count() for model in (Comparison, Finding, Variant)] == [1, 1, 1]
    assert Snapshot.objects.count() == 2
    assert Occurrence.objects.exclude(confirmed_at=None).count() == CLUSTERS
    difference = Difference.objects.get()
    assert (difference.targets, difference.routes) == (CLUSTERS, CLUSTERS)
