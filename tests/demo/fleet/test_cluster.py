"""A cluster moves on by the clock it is given, the same way in every run."""

from __future__ import annotations

from itertools import pairwise

import pytest

from demo.fleet.cluster import RunningCluster
from demo.gallery import EVERY_CLUSTER
from demo.story import CLUSTERS, Cluster
from tests.demo.fleet.served import START

PLAY, EVERY = CLUSTERS[0], [pytest.param(story, id=story.alias) for story in EVERY_CLUSTER]
CHANGES = 120


def running(story: Cluster = PLAY, *, seed: int = 7) -> RunningCluster:
    return RunningCluster(story, seed=seed, start=START)


def bodies(cluster: RunningCluster) -> tuple[bytes, ...]:
    """Return all that a cluster shows."""
    shadow = cluster.routesrv.document().body if cluster.routesrv.is_loaded else b""
    return (*(pod.whole_body() for pod in cluster.pods), shadow)


def changes(cluster: RunningCluster, *, seconds: int) -> list[tuple[float, float]]:
    """Return when the pod and when the route server took each change, seen each 50 ms."""
    pod, shadow = [cluster.pods[0].created_at], [cluster.routesrv.updated_at]
    for tick in range(seconds * 20):
        cluster.advance(START + tick / 20)
        for seen, at in ((pod, cluster.pods[0].created_at), (shadow, cluster.routesrv.updated_at)):
            if at != seen[-1]:
                seen.append(at)
    return list(zip(pod[1:], shadow[1:], strict=True))


@pytest.mark.parametrize("story", EVERY)
def test_how_often_it_is_asked_changes_nothing(story):
    seldom, often = running(story), running(story)

    seldom.advance(START + 300)
    for second in range(301):
        often.advance(START + second)

    assert bodies(seldom) == bodies(often)


def test_another_seed_is_another_cluster():
    assert bodies(running()) == bodies(running())
    assert bodies(running()) != bodies(running(seed=8))


def test_a_clock_that_steps_back_undoes_nothing():
    cluster = running()
    cluster.advance(START + 100)
    before = bodies(cluster)

    cluster.advance(START + 10)

    assert bodies(cluster) == before


@pytest.mark.parametrize("story", EVERY)
def test_has_as_many_routes_as_the_story_says_each_with_an_id_of_its_own(story):
    pod = running(story).pods[0]

    assert len(pod.routes) + len(pod.invalid) == story.routes + len(pod.inline)
    assert [*pod.routes] == sorted(pod.routes)
    assert all(ident.isidentifier() and ident.isascii() for ident in pod.routes)


def test_changes_each_8_to_15_seconds_and_reaches_both_sides_within_half_a_second():
    taken = changes(running(), seconds=1500)[:-1]

    gaps = [after[0] - before[0] for before, after in pairwise(taken)]
    assert len(taken) > 90
    assert 7.5 <= min(gaps) < max(gaps) <= 15.5
    apart = [abs(pod - shadow) for pod, shadow in taken]
    assert 0.2 < max(apart) <= 0.5


def test_shows_each_kind_of_backend_in_the_course_of_time():
    cluster = running()
    counts = set()
    for step in range(CHANGES):
        cluster.advance(START + 15 * step)
        counts |= {min(len(one.endpoints), 2) for one in cluster.pods[0].routes.values()}

    text = bodies(cluster)[0]
    assert counts == {0, 1, 2}
    assert b'inlineContent("no endpoints") -> <shunt>;' in text
    assert b' -> "http://10.' in text
    assert b" -> <roundRobin, " in text


def test_hardly_a_line_is_written_alike_on_both_sides():
    pod, shadow = bodies(running(CLUSTERS[8]))

    alike = {*pod.split(b"\n")} & {*shadow.split(b"\n")}
    assert len(alike) < 15


def test_a_restarted_pod_shows_nothing_until_it_has_loaded():
    cluster = running()

    cluster.restart_pods(START + 1)
    empty = cluster.pods[0].whole_body()
    cluster.advance(START + 3)

    assert empty == b""
    assert len(cluster.pods[0].routes) == PLAY.routes


def test_refuses_a_mode_that_is_none():
    with pytest.raises(ValueError, match="none of false, pre, exec"):
        running().set_mode("shadow", START)
