"""One order is one commit that changes one value and says who wanted it."""

from __future__ import annotations

import pytest

from rollouts.appliers import Receipt
from tests.rollouts.appliers.git.repositories import (
    applier_for,
    free,
    make_repository,
    order,
    place,
)

KUBE_1 = 'id: kube-1\nconfig_items:\n  other: "1"\n  flag: "pre" # by channel\n  last: x\n'
KUBE_2 = KUBE_1.replace("kube-1", "kube-2")


@pytest.fixture
def repository(tmp_path):
    files = {"clusters/kube-1.yaml": KUBE_1, "clusters/kube-2.yaml": KUBE_2, "README.md": "Hi\n"}
    return make_repository(tmp_path, files)


def test_changes_one_value_and_no_other_byte(tmp_path, repository):
    before = repository.head()

    receipt = applier_for(tmp_path, repository).apply(
        order(place(repository, "kube-1")), guard=free
    )

    assert receipt == Receipt(repository.head(), was_there=False)
    assert repository.commits() == [receipt.reference, before]
    assert repository.file("clusters/kube-1.yaml").decode() == KUBE_1.replace('"pre"', '"exec"')
    assert repository.file("clusters/kube-2.yaml").decode() == KUBE_2
