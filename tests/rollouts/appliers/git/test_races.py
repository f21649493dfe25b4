"""Two that carry out at once: one commit for one order, and the newer intent stays."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rollouts.appliers import Overtaken
from tests.rollouts.appliers.git.repositories import (
    applier_for,
    free,
    make_repository,
    order,
    place,
)


@pytest.fixture
def repository(tmp_path):
    text = "config_items:\n  flag: pre\n"
    names = ["kube-1", "kube-2", "kube-3"]
    return make_repository(tmp_path, {f"clusters/{name}.yaml": text for name in names})


def meeting(count):
    """Return a guard at which that many callers wait for each other, once each."""
    barrier = threading.Barrier(count)
    met = threading.local()

    def guard():
        if not hasattr(met, "is_done"):
            met.is_done = True
            barrier.wait(timeout=60)

    return guard


def test_one_order_carried_out_twice_at_once_is_one_commit(tmp_path, repository):
    guard = meeting(3)
    wanted = order(place(repository, "kube-1"))

    def apply(number):
        return applier_for(tmp_path / str(number), repository).apply(wanted, guard=guard)

    with ThreadPoolExecutor(3) as pool:
        receipts = list(pool.map(apply, range(3)))

    assert {receipt.reference for receipt in receipts} == {repository.head()}
    assert sorted(receipt.was_there for receipt in receipts) == [False, True, True]
    assert len(repository.commits()) == 2


def test_orders_for_different_clusters_at_once_both_land(tmp_path, repository):
    guard = meeting(3)

    def apply(number):
        wanted = order(
            place(repository, f"kube-{number}"),
            tier=f"tier-{number}",
            idempotency_key=f"{number}" * 64,
        )
        return applier_for(tmp_path / str(number), repository).apply(wanted, guard=guard)

    with ThreadPoolExecutor(3) as pool:
        receipts = list(pool.map(apply, (1, 2, 3)))

    assert len(repository.commits()) == 4
    assert {receipt.reference for receipt in receipts} == set(repository.commits()[:3])
    for number in (1, 2, 3):
        assert repository.file(f"clusters/kube-{number}.yaml").endswith(b"flag: exec\n")


def test_many_in_one_folder_take_turns(tmp_path, repository):
    applier = applier_for(tmp_path, repository, lock_seconds=60.0)
    wanted = order(place(repository, "kube-1"))

    with ThreadPoolExecutor(6) as pool:
        receipts = list(pool.map(lambda _: applier.apply(wanted, guard=free), range(6)))

    assert {receipt.reference for receipt in receipts} == {repository.head()}
    assert [receipt.was_there for receipt in receipts].count(False) == 1
    assert len(list((tmp_path / "mirrors").glob("*.git"))) == 1


@pytest.mark.parametrize("is_elsewhere", [False, True], ids=["same folder", "another host"])
def test_one_that_slept_before_its_push_cannot_overwrite_what_is_newer(
    tmp_path, repository, is_elsewhere
):
    folder = tmp_path / "other" if is_elsewhere else tmp_path
    back = order(
        place(repository, "kube-1"),
        step=("shadow", "off"),
        generation=4,
        promotion="P-43",
        idempotency_key="aa" * 32,
    )
    newer = []

    def sleep_through_it():
        if not newer:
            rollback = applier_for(folder, repository, lock_seconds=0.1)
            newer.append(rollback.apply(back, guard=free))

    with pytest.raises(Overtaken, match="newer"):
        applier_for(tmp_path, repository).apply(
            order(place(repository, "kube-1")), guard=sleep_through_it
        )

    assert repository.head() == newer[0].reference
    assert repository.file("clusters/kube-1.yaml") == b'config_items:\n  flag: "false"\n'
