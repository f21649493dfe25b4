"""A worker killed or frozen anywhere while it carries out: one commit, and the newest one stays."""

from __future__ import annotations

import os
import shutil
import signal
from dataclasses import replace

import pytest

from ledger.clock import database_now
from rollouts import reach
from rollouts.models import Promotion, Target
from rollouts.operations.carry_out import carry_out
from rollouts.operations.observe_kept import observe_kept
from rollouts.operations.record_readings import EQUAL_READINGS
from rollouts.reach import git_settings
from tests.rollouts.operations.carrying import (
    carried_to_its_end,
    commits_of,
    ended,
    fleet_repository,
    frozen,
    let_the_lease_run_out,
    ready,
    started,
)
from tests.rollouts.promoting import approved, requested, rolled_back
from tests.rollouts.stage import target

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4


@pytest.fixture
def repository(tmp_path, settings, monkeypatch):
    """The fleet's repository; nobody waits long for a mirror that a frozen process holds."""
    monkeypatch.setattr(reach, "git_settings", lambda: replace(git_settings(), lock_seconds=0.1))
    return fleet_repository(tmp_path, settings)


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
