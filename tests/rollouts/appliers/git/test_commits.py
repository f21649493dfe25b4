"""Whatever goes wrong on the way, no commit holds more than it should."""

from __future__ import annotations

import pytest

from rollouts.appliers import Refused
from tests.rollouts.appliers.git.repositories import (
    applier_for,
    free,
    make_repository,
    order,
    place,
    run,
)
from tests.rollouts.appliers.git.wrappers import wrap_git

FILES = {
    "README.md": "Hi\n",
    "clusters/kube-1.yaml": "config_items:\n  flag: pre\n",
    "clusters/kube-2.yaml": "config_items:\n  flag: pre\n",
}


@pytest.fixture
def repository(tmp_path):
    return make_repository(tmp_path, FILES)


def refusal(tmp_path, repository):
    """Return what applying an order for kube-1 is refused with; nothing is written."""
    head = repository.head()
    with pytest.raises(Refused) as refused:
        applier_for(tmp_path, repository).apply(order(place(repository, "kube-1")), guard=free)
    assert repository.head() == head
    return str(refused.value)


@pytest.mark.parametrize("spoil", ["tail -z -n +2", "sed -z s/^100644/100755/"])
def test_a_tree_that_came_out_wrong_is_not_pushed(tmp_path, repository, monkeypatch, spoil):
    script = f'if is mktree; then {spoil} | "$REAL" "$@"; exit; fi\nexec "$REAL" "$@"'
    wrap_git(tmp_path / "bin", monkeypatch, script)

    assert refusal(tmp_path, repository) == (
        "The commit would change more than the values it is about."
    )


def test_a_value_that_came_out_wrong_is_not_pushed(tmp_path, repository, monkeypatch):
    def spoilt(word, *, style, before):
        return b"exec\n  flag: pre"

    monkeypatch.setattr("rollouts.appliers.git.plan.spelled", spoilt)

    assert refusal(tmp_path, repository) == "The change would not come out as meant for kube-1."


def test_keeps_odd_entries_of_a_tree_as_they_are(tmp_path, repository):
    git = repository.path
    blob = run("rev-parse", "main:README.md", cwd=git).decode().strip()
    listed = run("ls-tree", "main", cwd=git).decode()
    odd = (
        f"{listed}100755 blob {blob}\trun me\n120000 blob {blob}\tlink\n"
        f"160000 commit {repository.head()}\tmodule\n100664 blob {blob}\told\n"
    )
    tree = run("mktree", cwd=git, stdin=odd.encode()).decode().strip()
    made = run("commit-tree", tree, "-p", "main", "-m", "Odd", cwd=git).decode().strip()
    repository.wind_back(made)

    applier_for(tmp_path, repository).apply(order(place(repository, "kube-1")), guard=free)

    before, after = (
        run("ls-tree", "-r", "-t", at, cwd=git).decode().splitlines() for at in ("main^", "main")
    )
    changed = {line.split("\t")[1] for line in {*before} ^ {*after}}
    assert changed == {"clusters", "clusters/kube-1.yaml"}
