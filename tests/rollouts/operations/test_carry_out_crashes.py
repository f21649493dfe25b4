"""A worker killed or frozen anywhere while it carries out: one commit, and the newest one stays.

The worker is a process of its own; the program `git` on its PATH is the real one, which afterwards
kills or freezes whoever called it.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from dataclasses import replace

import pytest
from django.db import connection, connections

from ledger.clock import database_now
from ledger.models import Lease
from rollouts import reach
from rollouts.models import Promotion, Target
from rollouts.operations.carry_out import carry_out
from rollouts.operations.observe_kept import observe_kept
from rollouts.operations.record_readings import EQUAL_READINGS
from rollouts.reach import git_settings
from tests.rollouts.appliers.git.repositories import PROGRAM, make_repository
from tests.rollouts.promoting import PROVEN, approved, requested, rolled_back
from tests.rollouts.stage import FLEET, changed, load, stand, target

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4
PATIENCE_SECONDS = 60

WRAPPER = """\
#!/bin/sh
case " $* " in
  *" {command} "*) {before} ;;
esac
{program} "$@"
code=$?
case " $* " in
  *" {command} "*) {after} ;;
esac
exit $code
"""


@pytest.fixture
def repository(tmp_path, settings, monkeypatch):
    """A repository with a value for each of two clusters, and a fleet file that names it.

    Nobody waits long for a mirror that a frozen process holds.
    """
    monkeypatch.setattr(reach, "git_settings", lambda: replace(git_settings(), lock_seconds=0.1))
    files = {
        f"clusters/kube-{number}.yaml": 'config_items:\n  flag: "pre"\n' for number in (1, 2, 3)
    }
    made = make_repository(tmp_path, files)
    settings.GIT_REMOTES = (made.url,)
    settings.FOLDER = tmp_path / "var"
    settings.FOLDER.mkdir()
    applier = (
        f'{{git: {{remote: "{made.url}", branch: main, file: "clusters/{{alias}}.yaml",'
        " key: config_items.flag}}"
    )
    load(changed("{manual: {}}", applier, FLEET))
    return made


def ready():
    """Return the tier of the stage, proven on both of its clusters."""
    for alias in ("kube-1", "kube-2"):
        stand(target(alias), **PROVEN)
    return target("kube-1").tier


def started(promotion, folder, *, command, before="true", after="true"):
    """Let a process carry the promotion out with that `git`; return its id."""
    script = folder / "bin" / "git"
    script.parent.mkdir(exist_ok=True)
    script.write_text(WRAPPER.format(command=command, program=PROGRAM, before=before, after=after))
    script.chmod(0o755)
    connections.close_all()
    process = os.fork()
    if process == 0:
        code = 1
        try:
            os.environ["PATH"] = f"{script.parent}:{os.environ['PATH']}"
            carry_out(promotion.pk)
            code = 0
        finally:
            connection.close()
            os._exit(code)
    return process


def ended(process):
    """Wait for a process; return the signal that ended it, 0 for none."""
    _, status = os.waitpid(process, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def frozen(process):
    """Wait until a process is stopped."""
    _, status = os.waitpid(process, os.WUNTRACED)
    assert os.WIFSTOPPED(status)


def let_the_lease_run_out():
    """Do what 30 s of nobody renewing it do."""
    Lease.objects.update(expires_at=database_now())


def carried_to_its_end(promotion):
    """Carry a promotion out as the sweep does, until it is in a state without exit."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while promotion.state in {"approved", "applying", "verifying"}:
        assert time.monotonic() < deadline, (promotion.state, promotion.problem)
        carry_out(promotion.pk)
        promotion.refresh_from_db()
    return promotion


def commits_of(repository, promotion):
    """Return the commits that bear the promotion's trailer, as git reads them."""
    wanted = ("Promotion-Id", promotion.name)
    return [one for one in repository.commits() if wanted in repository.trailers(one)]


@pytest.mark.parametrize("point", ["fetch", "commit-tree", "push"])
def test_a_worker_killed_after_this_leaves_one_commit_and_the_promotion_ends(
    point, repository, tmp_path
):
    done = []
    for _ in range(ROUNDS):
        for make in (lambda tier: approved(requested(tier)), rolled_back):
            promotion = make(ready())
            shutil.rmtree(tmp_path / "var" / "mirrors", ignore_errors=True)
            process = started(promotion, tmp_path, command=point, after="kill -9 $PPID")
            assert ended(process) == signal.SIGKILL
            let_the_lease_run_out()

            promotion.refresh_from_db()
            done.append(carried_to_its_end(promotion))

    assert [one.state for one in done] == ["done"] * 2 * ROUNDS
    assert [len(commits_of(repository, one)) for one in done] == [1] * 2 * ROUNDS
    assert len(repository.commits()) == 1 + 2 * ROUNDS
    assert [one.reference for one in done] == repository.commits()[:-1][::-1]


def thawed_after_a_rollback(repository, tmp_path, **at):
    """Freeze a worker, roll back with another, thaw it; return what came of both."""
    promotion = approved(requested(ready()))
    process = started(promotion, tmp_path, **at)
    frozen(process)
    let_the_lease_run_out()
    back = carried_to_its_end(rolled_back(target("kube-1").tier))
    head = repository.head()

    (tmp_path / "thaw").touch()
    os.kill(process, signal.SIGCONT)
    assert ended(process) == 0

    promotion.refresh_from_db()
    assert (promotion.state, back.state) == ("superseded", "done")
    assert repository.head() == head == back.reference
    assert b'"pre"' in repository.file("clusters/kube-1.yaml")
    assert set(Target.objects.filter(tier=back.tier).values_list("mode", flat=True)) == {"shadow"}


def test_a_worker_frozen_before_it_asks_the_database_overwrites_nothing(repository, tmp_path):
    thawed_after_a_rollback(
        repository, tmp_path, command="commit-tree", after="kill -STOP $PPID; sleep 0.2"
    )


def test_a_worker_frozen_after_it_asked_the_database_overwrites_nothing(repository, tmp_path):
    thawed_after_a_rollback(
        repository,
        tmp_path,
        command="push",
        before=f"kill -STOP $PPID; while [ ! -e {tmp_path}/thaw ]; do sleep 0.05; done",
    )


def test_a_target_that_ignores_its_change_ends_failed(repository, tmp_path):
    promotion = approved(requested(ready()))
    carry_out(promotion.pk)
    repository.commit({"clusters/kube-2.yaml": 'config_items:\n  flag: "pre"\n'})
    for _ in range(EQUAL_READINGS):
        promotion.refresh_from_db()
        carry_out(promotion.pk)
    Promotion.objects.update(deadline_at=database_now())

    promotion.refresh_from_db()
    failed = carried_to_its_end(promotion)

    assert failed.state == "failed"
    assert failed.state_reason == (
        "1 target was not seen in exec in time. aws:1:eu:kube-2: shadow."
    )
    assert sorted(failed.steps.values_list("state", flat=True)) == ["failed", "observed"]


def test_the_mode_that_the_repository_keeps_is_adopted(repository):
    Target.objects.update(mode="unknown")

    assert observe_kept() == 3

    told = dict(Target.objects.filter(rollout__key="routesrv").values_list("key", "mode"))
    assert told == {f"aws:1:eu:kube-{number}": "shadow" for number in (1, 2, 3)}
