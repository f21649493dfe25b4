"""An order back meets whatever is there: riskier words are taken, safer ones are left."""

from __future__ import annotations

import pytest

from rollouts.appliers import Refused
from tests.rollouts.appliers.git.repositories import (
    applier_for,
    free,
    make_repository,
    order,
    place,
)

ALIASES = {"kube-1": "exec", "kube-2": "pre", "kube-3": "false"}


@pytest.fixture
def repository(tmp_path):
    files = {
        f"clusters/{alias}.yaml": f'config_items:\n  flag: "{word}"\n'
        for alias, word in ALIASES.items()
    }
    return make_repository(tmp_path, files)


def words(repository):
    return [repository.file(f"clusters/{alias}.yaml").decode().split('"')[1] for alias in ALIASES]


def back(repository, to_mode, **changes):
    places = [place(repository, alias) for alias in ALIASES]
    return order(*places, step=("exec", to_mode), needs_commit=True, **changes)


def test_takes_every_riskier_word_back_and_leaves_a_safer_one(tmp_path, repository):
    wanted = back(repository, "shadow", takes=("exec",), leaves=("off",))

    applier_for(tmp_path, repository).apply(wanted, guard=free)

    assert words(repository) == ["pre", "pre", "false"]


def test_takes_all_of_a_mixed_tier_to_off(tmp_path, repository):
    applier_for(tmp_path, repository).apply(
        back(repository, "off", takes=("shadow", "exec")), guard=free
    )

    assert words(repository) == ["false", "false", "false"]


def test_refuses_a_word_that_no_mode_has(tmp_path, repository):
    repository.commit({"clusters/kube-1.yaml": 'config_items:\n  flag: "exce"\n'})

    with pytest.raises(Refused, match="exce"):
        applier_for(tmp_path, repository).apply(
            back(repository, "off", takes=("shadow", "exec")), guard=free
        )


def test_commits_even_where_nothing_changes_so_that_no_older_push_fits(tmp_path, repository):
    applier = applier_for(tmp_path, repository)
    wanted = order(place(repository, "kube-2"), step=("exec", "shadow"), needs_commit=True)
    head = repository.head()

    first = applier.apply(wanted, guard=free)
    second = applier.apply(wanted, guard=free)

    assert (first.was_there, second.was_there) == (False, True)
    assert repository.commits()[:2] == [first.reference, head]
    assert second.reference == first.reference
    assert repository.changed() == []
    assert ("Promotion-Id", "P-42") in repository.trailers()
