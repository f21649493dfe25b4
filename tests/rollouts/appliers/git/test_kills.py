"""A process killed anywhere leaves nothing or the one commit, and the next one ends the work."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rollouts.appliers.git.repositories import (
    applier_for,
    free,
    make_repository,
    order,
    place,
)
from tests.rollouts.appliers.git.wrappers import killing, wrap_git

ROOT = Path(__file__).parents[4]
POINTS = [
    (point, moment)
    for point in ("init", "fetch", "commit-tree", "push")
    for moment in ("before", "after", "orphan")
]


@pytest.fixture
def repository(tmp_path):
    return make_repository(tmp_path, {"clusters/kube-1.yaml": "config_items:\n  flag: pre\n"})


def apply_in_a_process(repository, folder):
    """Apply the order elsewhere; return what became of the process."""
    argv = [sys.executable, "-m", "tests.rollouts.appliers.git.apply_once"]
    argv = [*argv, str(repository.path), str(folder)]
    return subprocess.run(argv, cwd=ROOT, check=False, capture_output=True, timeout=120)


def wait_for_orphans(folder):
    """Return when no process that a killed one left behind holds a mirror any more."""
    for path in folder.glob("mirrors/*.lock"):
        with path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)


@pytest.mark.parametrize("is_elsewhere", [False, True], ids=["here", "on another host"])
@pytest.mark.parametrize(("point", "moment"), POINTS, ids=[f"{m} {p}" for p, m in POINTS])
def test_a_killed_apply_ends_in_exactly_one_commit(
    tmp_path, repository, monkeypatch, point, moment, is_elsewhere
):
    with monkeypatch.context() as patched:
        wrapper = wrap_git(tmp_path / "bin", patched, killing(point, moment))
        died = apply_in_a_process(repository, tmp_path)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert (wrapper / "killed").exists()

    folder = tmp_path / "other" if is_elsewhere else tmp_path
    wanted = order(place(repository, "kube-1"))
    receipt = applier_for(folder, repository).apply(wanted, guard=free)

    wait_for_orphans(tmp_path)
    assert repository.head() == receipt.reference
    assert len(repository.commits()) == 2
    assert repository.file("clusters/kube-1.yaml") == b"config_items:\n  flag: exec\n"
    if (point, moment) == ("push", "after"):
        assert receipt.was_there
    again = applier_for(folder, repository).apply(wanted, guard=free)
    assert again.reference == receipt.reference


def test_an_orphan_keeps_its_mirror_and_holds_up_nobody(tmp_path, repository, monkeypatch):
    script = 'if is fetch; then echo $$ > "$HERE/pid"; kill -9 $PPID; exec sleep 600; fi'
    with monkeypatch.context() as patched:
        wrapper = wrap_git(tmp_path / "bin", patched, f'{script}\nexec "$REAL" "$@"')
        died = apply_in_a_process(repository, tmp_path)
    assert died.returncode == -signal.SIGKILL, died.stderr
    orphan = int((wrapper / "pid").read_text())
    (lock,) = (tmp_path / "mirrors").glob("*.0.lock")

    try:
        with lock.open("w") as taken, pytest.raises(BlockingIOError):
            fcntl.flock(taken, fcntl.LOCK_EX | fcntl.LOCK_NB)
        receipt = applier_for(tmp_path, repository, lock_seconds=0.1).apply(
            order(place(repository, "kube-1")), guard=free
        )
    finally:
        os.kill(orphan, signal.SIGKILL)

    assert repository.head() == receipt.reference
    wait_for_orphans(tmp_path)


def test_a_process_that_is_not_killed_makes_the_commit_itself(tmp_path, repository):
    done = apply_in_a_process(repository, tmp_path)

    assert done.stdout.decode().split() == [repository.head(), "False"]
    assert len(repository.commits()) == 2
