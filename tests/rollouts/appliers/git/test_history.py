"""What is on the branch already is found by its trailers: this order, or one that overtook it."""

from __future__ import annotations

import pytest

from rollouts.appliers import Overtaken, Receipt
from tests.rollouts.appliers.git.repositories import (
    KUBE_1,
    applier_for,
    free,
    make_two_clusters,
    order,
    place,
)


@pytest.fixture
def repository(tmp_path):
    return make_two_clusters(tmp_path)


def test_a_second_call_finds_the_first_ones_commit(tmp_path, repository):
    wanted = order(place(repository, "kube-1"))
    first = applier_for(tmp_path, repository).apply(wanted, guard=free)

    again = applier_for(tmp_path, repository).apply(wanted, guard=free)
    elsewhere = applier_for(tmp_path / "other host", repository).apply(wanted, guard=free)

    assert again == elsewhere == Receipt(first.reference, was_there=True, written=first.written)
    assert len(repository.commits()) == 2


def test_finds_its_commit_below_later_ones_even_when_the_value_was_changed_again(
    tmp_path, repository
):
    wanted = order(place(repository, "kube-1"))
    first = applier_for(tmp_path, repository).apply(wanted, guard=free)
    repository.commit({"clusters/kube-1.yaml": KUBE_1}, message="Revert by hand")

    again = applier_for(tmp_path, repository).apply(wanted, guard=free)

    assert again == Receipt(first.reference, was_there=True, written=first.written)
    assert repository.file("clusters/kube-1.yaml").decode() == KUBE_1


def test_a_later_generation_of_the_tier_overtakes(tmp_path, repository):
    applier = applier_for(tmp_path, repository)
    back = order(
        place(repository, "kube-1"),
        step=("shadow", "off"),
        generation=4,
        promotion="P-43",
        idempotency_key="aa" * 32,
    )
    applier.apply(back, guard=free)
    after = repository.head()

    with pytest.raises(Overtaken, match="newer") as overtaken:
        applier.apply(order(place(repository, "kube-1")), guard=free)

    assert overtaken.value.generation == 4
    assert repository.head() == after


@pytest.mark.parametrize(
    "other",
    [
        {"generation": 2},
        {"generation": 3},  # another wave of the same promotion
        {"generation": 9, "tier": "production"},
        {"generation": 9, "rollout": "validation"},
    ],
)
def test_other_orders_do_not_overtake(tmp_path, repository, other):
    applier = applier_for(tmp_path, repository)
    applier.apply(
        order(place(repository, "kube-2"), idempotency_key="aa" * 32, **other), guard=free
    )

    receipt = applier.apply(order(place(repository, "kube-1")), guard=free)

    assert not receipt.was_there
    assert len(repository.commits()) == 3


def test_another_promotion_that_claims_the_same_generation_overtakes(tmp_path, repository):
    applier = applier_for(tmp_path, repository)
    lost = order(place(repository, "kube-2"), promotion="P-41", idempotency_key="aa" * 32)
    applier.apply(lost, guard=free)

    with pytest.raises(Overtaken):
        applier.apply(order(place(repository, "kube-1")), guard=free)
