"""The repository of the demo: what each cluster takes from it, and that the fleet follows."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from demo.fleet.fleet import Fleet
from demo.fleet.follower import Follower, modes_at
from demo.repository import BRANCH, DEFAULTS, OWN, git, make_repository
from demo.story import CLUSTERS


@pytest.fixture
def repository(tmp_path):
    path = tmp_path / "config.git"
    assert make_repository(path, CLUSTERS) == path.as_uri()
    return path


def commit(repository, path, text):
    """Put another text into a file, as somebody's push would."""
    blob = git(repository, "hash-object", "-w", "--stdin", text=text).strip()
    git(repository, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    tree = git(repository, "write-tree").strip()
    parent = git(repository, "rev-parse", f"refs/heads/{BRANCH}").strip()
    made = git(repository, "commit-tree", tree, "-p", parent, text="Change a value\n").strip()
    git(repository, "update-ref", f"refs/heads/{BRANCH}", made)


def test_says_of_every_cluster_what_the_story_says(repository):
    aliases = [cluster.alias for cluster in CLUSTERS]

    told = modes_at(repository, BRANCH, aliases)

    assert told == {cluster.alias: cluster.mode for cluster in CLUSTERS}


def test_a_cluster_without_a_value_of_its_own_takes_the_default(repository):
    commit(repository, OWN.format(alias="kube-play-1"), "config_items: {}\n")
    text = git(repository, "cat-file", "blob", f"{BRANCH}:{DEFAULTS}")
    commit(repository, DEFAULTS, text.replace('enabled: "pre"', 'enabled: "exec"'))

    told = modes_at(repository, BRANCH, ["kube-play-1", "kube-play-2"])

    assert told == {"kube-play-1": "exec", "kube-play-2": "pre"}


def test_the_clusters_follow_the_branch(repository):
    fleet = Fleet(start=1_000.0)
    path = OWN.format(alias="kube-play-1")
    text = git(repository, "cat-file", "blob", f"{BRANCH}:{path}")

    async def story():
        follower = Follower(repository, fleet, clock=lambda: 1_000.0)
        following = asyncio.create_task(follower.run())
        while not follower.is_following:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(commit, repository, path, text.replace('"pre"', '"exec"'))
        async with asyncio.timeout(20):
            while fleet.clusters["kube-play-1"].mode != "exec":
                await asyncio.sleep(0.05)
        following.cancel()

    # A browser's loop may still stand in this thread, from tests before.
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, story()).result()

    others = {one.mode for alias, one in fleet.clusters.items() if alias != "kube-play-1"}
    assert others == {"pre"}
