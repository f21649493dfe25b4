"""A mirror is a cache: whatever is wrong with it, it is made anew; nobody waits for ever."""

from __future__ import annotations

import fcntl
import os

import pytest

from rollouts.appliers import NotNow
from rollouts.appliers.git.mirrors import SLOTS
from tests.rollouts.appliers.git.repositories import (
    WORDS,
    applier_for,
    free,
    make_repository,
    order,
    place,
)
from tests.rollouts.appliers.git.wrappers import wrap_git
from tests.waiting import wait_until


@pytest.fixture
def repository(tmp_path):
    return make_repository(tmp_path, {"clusters/kube-1.yaml": "config_items:\n  flag: pre\n"})


def only_mirror(tmp_path):
    """Return the mirror that was made."""
    (mirror,) = (tmp_path / "mirrors").glob("*.git")
    return mirror


def truncate_packs(mirror):
    for pack in mirror.glob("objects/pack/*.pack"):
        pack.chmod(0o600)
        os.truncate(pack, 20)


def lose_objects(mirror):
    for path in mirror.glob("objects/pack/*"):
        path.unlink()


def lock_the_ref(mirror):
    (mirror / "refs" / "heads" / "main.lock").touch()


def forget_the_head(mirror):
    (mirror / "HEAD").unlink()


def spoil_the_configuration(mirror):
    (mirror / "config").write_text("[core\n")


def fill_with_garbage(mirror):
    (mirror / "refs" / "heads" / "main").write_text("garbage\n")


def branch_in_the_way(mirror):
    (mirror / "refs" / "heads" / "main").unlink()
    (mirror / "refs" / "heads" / "main").mkdir()
    (mirror / "refs" / "heads" / "main" / "old").write_text("0" * 40 + "\n")


BREAKS = [
    truncate_packs,
    lose_objects,
    lock_the_ref,
    forget_the_head,
    spoil_the_configuration,
    fill_with_garbage,
    branch_in_the_way,
]


@pytest.mark.parametrize("spoil", BREAKS)
@pytest.mark.parametrize("has_moved", [False, True], ids=["same head", "new head"])
def test_a_broken_mirror_heals(tmp_path, repository, spoil, has_moved):
    applier = applier_for(tmp_path, repository)
    applier.preview(order(place(repository, "kube-1")))
    spoil(only_mirror(tmp_path))
    if has_moved:
        repository.commit({"README.md": "Hi\n"})

    receipt = applier.apply(order(place(repository, "kube-1")), guard=free)

    assert repository.head() == receipt.reference
    assert repository.file("clusters/kube-1.yaml") == b"config_items:\n  flag: exec\n"


def test_a_mirror_with_many_packs_is_made_anew(tmp_path, repository):
    applier = applier_for(tmp_path, repository)
    applier.read([place(repository, "kube-1")], WORDS)
    packs = only_mirror(tmp_path) / "objects" / "pack"
    for number in range(100):
        (packs / f"pack-{number:040}.pack").touch()
    repository.commit({"README.md": "Hi\n"})

    applier.read([place(repository, "kube-1")], WORDS)

    assert len(list(packs.glob("*.pack"))) == 1


def test_what_is_fetched_is_there_as_a_whole_or_not_at_all(tmp_path, repository):
    applier_for(tmp_path, repository).read([place(repository, "kube-1")], WORDS)

    objects = only_mirror(tmp_path) / "objects"
    assert len(list(objects.glob("pack/*.pack"))) == 1
    assert not list(objects.glob("[0-9a-f][0-9a-f]"))


def test_a_head_that_was_fetched_is_not_fetched_again(tmp_path, repository, monkeypatch):
    applier = applier_for(tmp_path, repository)
    applier.read([place(repository, "kube-1")], WORDS)
    wrapper = wrap_git(
        tmp_path / "bin", monkeypatch, 'echo "$WORDS" >> "$HERE/calls"\nexec "$REAL" "$@"'
    )

    applier.read([place(repository, "kube-1")], WORDS)

    assert " fetch " not in (wrapper / "calls").read_text()


def lock_all(folder):
    """Hold every mirror of the one remote, as other processes would."""
    (first,) = folder.glob("*.0.lock")
    held = []
    for slot in range(SLOTS):
        held.append(os.open(first.with_name(first.name.replace(".0.", f".{slot}.")), os.O_CREAT))
        fcntl.flock(held[-1], fcntl.LOCK_EX)
    return held


def test_waits_a_while_and_no_longer_when_all_mirrors_are_taken(tmp_path, repository):
    applier_for(tmp_path, repository).read([place(repository, "kube-1")], WORDS)
    held = lock_all(tmp_path / "mirrors")
    applier = applier_for(tmp_path, repository, lock_seconds=0.1)

    with pytest.raises(NotNow, match="Other processes work on all mirrors"):
        applier.read([place(repository, "kube-1")], WORDS)

    os.close(held[0])
    applier.read([place(repository, "kube-1")], WORDS)
    for lock in held[1:]:
        os.close(lock)


def test_a_folder_that_cannot_be_used_is_told(tmp_path, repository):
    (tmp_path / "mirrors").write_text("a file")

    with pytest.raises(NotNow, match="folder of the mirrors cannot be used"):
        applier_for(tmp_path, repository).read([place(repository, "kube-1")], WORDS)


def test_a_git_that_hangs_is_ended_with_all_it_started(tmp_path, repository, monkeypatch):
    script = 'sleep 600 & echo $! > "$HERE/pid"; echo $$ >> "$HERE/pid"; wait'
    wrapper = wrap_git(tmp_path / "bin", monkeypatch, script)
    applier = applier_for(tmp_path, repository, network_seconds=1.0)

    with pytest.raises(NotNow, match=r"git ls-remote did not end within 1 s\."):
        applier.read([place(repository, "kube-1")], WORDS)

    for pid in (wrapper / "pid").read_text().split():
        wait_until(lambda pid=pid: not is_running(int(pid)))


def is_running(pid):
    """Whether a process runs; one that is dead and not yet waited for does not."""
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_no_git_is_told(tmp_path, repository, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NotNow, match="Install it"):
        applier_for(tmp_path, repository).read([place(repository, "kube-1")], WORDS)


def test_endless_output_is_not_read(tmp_path, repository, monkeypatch):
    monkeypatch.setattr("rollouts.appliers.git.program.MOST_OUTPUT", 20)

    with pytest.raises(NotNow, match="more than 20 bytes"):
        applier_for(tmp_path, repository).read([place(repository, "kube-1")], WORDS)


def test_leaves_nothing_but_mirrors_and_locks(tmp_path, repository):
    applier_for(tmp_path, repository).apply(order(place(repository, "kube-1")), guard=free)

    names = sorted(path.suffix for path in (tmp_path / "mirrors").iterdir())
    assert names == [".git", ".lock"]
    assert not (only_mirror(tmp_path) / "index").exists()
    assert (tmp_path / "mirrors").stat().st_mode & 0o777 == 0o700
