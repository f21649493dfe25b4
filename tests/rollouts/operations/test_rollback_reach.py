"""A way back is open for every target that may be riskier, whatever we hold of it."""

from __future__ import annotations

import signal

import pytest

from ledger.clock import database_now
from rollouts.machine import Mode
from rollouts.models import Promotion, Target
from rollouts.operations.carry_out import carry_out
from rollouts.operations.decide import PromotionRefused
from rollouts.queries.rollback_targets import may_be_in
from tests.rollouts.operations.carrying import (
    carried_to_its_end,
    ended,
    fleet_repository,
    let_the_lease_run_out,
    ready,
    started,
)
from tests.rollouts.promoting import approved, ready_tier, requested, rolled_back
from tests.rollouts.stage import stand, target

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def repository(tmp_path, settings):
    return fleet_repository(tmp_path, settings)


def pushed_by_a_worker_that_died(folder):
    """Return a promotion to exec that is out in the world while we hold it to shadow."""
    promotion = approved(requested(ready()))
    process = started(promotion, folder, command="push", after="kill -9 $PPID")
    assert ended(process) == signal.SIGKILL
    let_the_lease_run_out()
    return promotion


def failed_while_the_remote_is_away(promotion, repository):
    """Carry a promotion out past its deadline while nothing can be read or written."""
    away = repository.path.with_name("away.git")
    repository.path.rename(away)
    carry_out(promotion.pk)
    Promotion.objects.filter(pk=promotion.pk).update(deadline_at=database_now())
    carry_out(promotion.pk)
    away.rename(repository.path)
    promotion.refresh_from_db()
    assert promotion.state == "failed"


def test_a_promotion_that_failed_after_its_push_is_rolled_back(repository, tmp_path):
    promotion = pushed_by_a_worker_that_died(tmp_path)
    failed_while_the_remote_is_away(promotion, repository)
    assert (target("kube-1").mode, target("kube-1").observed_mode) == ("shadow", "")

    back = carried_to_its_end(rolled_back(promotion.tier))

    assert (back.state, back.from_mode) == ("done", "exec")
    assert [b'"pre"' in repository.file(f"clusters/kube-{n}.yaml") for n in (1, 2)] == [True, True]
    with pytest.raises(PromotionRefused, match="No target of test is riskier than shadow"):
        rolled_back(promotion.tier)


def test_a_rollback_that_failed_is_ordered_again(repository, tmp_path):
    promotion = pushed_by_a_worker_that_died(tmp_path)
    first = rolled_back(promotion.tier)
    failed_while_the_remote_is_away(first, repository)

    again = carried_to_its_end(rolled_back(promotion.tier))

    assert (again.state, again.pk > first.pk) == ("done", True)
    assert b'"pre"' in repository.file("clusters/kube-1.yaml")


@pytest.mark.sqlite
def test_a_rollback_that_nobody_saw_is_ordered_again():
    tier = ready_tier()
    Target.objects.filter(tier=tier).update(mode="exec")
    first = rolled_back(tier)
    carry_out(first.pk)
    Promotion.objects.update(state="failed")
    assert set(Target.objects.filter(tier=tier).values_list("mode", flat=True)) == {"shadow"}

    assert rolled_back(tier).members.count() == 2


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "fields", [{"mode": "exec"}, {"observed_mode": "exec"}, {"mode": "unknown"}]
)
def test_what_is_held_read_or_unknown_is_taken_back(fields):
    tier = ready_tier()
    Target.objects.filter(pk=target("kube-2").pk).update(**fields)

    back = rolled_back(tier)

    assert [one.target.key for one in back.members.all()] == ["aws:1:eu:kube-2"]
    assert (back.from_mode, back.to_mode) == ("exec", "shadow")


@pytest.mark.sqlite
def test_what_was_seen_to_be_back_is_not_taken_back_again():
    tier = ready_tier()
    Target.objects.filter(tier=tier).update(mode="exec", observed_mode="exec")
    back = rolled_back(tier)
    carry_out(back.pk)
    back.steps.filter(target=target("kube-1")).update(state="observed")
    Promotion.objects.update(state="done")
    Target.objects.filter(tier=tier).update(observed_mode="shadow")

    told = may_be_in(Target.objects.filter(tier=tier))

    assert {one.key: mode for one, mode in told.items()} == {
        "aws:1:eu:kube-1": Mode.SHADOW,
        "aws:1:eu:kube-2": Mode.EXEC,
    }


@pytest.mark.sqlite
def test_what_was_started_after_the_way_back_counts_again():
    tier = ready_tier()
    Target.objects.filter(tier=tier).update(mode="exec")
    back = rolled_back(tier)
    carry_out(back.pk)
    back.steps.update(state="observed")
    Promotion.objects.update(state="done")
    for alias in ("kube-1", "kube-2"):
        stand(target(alias), clean_seconds=7200.0, clean_looks=50, clean_changes=9)
    later = approved(requested(tier))
    carry_out(later.pk)
    Promotion.objects.filter(pk=later.pk).update(state="failed")
    Target.objects.filter(tier=tier).update(mode="shadow", observed_mode="shadow")

    assert rolled_back(tier).members.count() == 2


@pytest.mark.sqlite
def test_a_member_that_is_elsewhere_by_now_is_taken_back_with_the_others():
    promotion = approved(requested(ready_tier()))
    carry_out(promotion.pk)
    Target.objects.filter(pk=target("kube-1").pk).update(tier=target("kube-3").tier)
    Target.objects.filter(pk=target("kube-2").pk).update(removed_at=database_now())

    back = rolled_back(promotion.tier)

    assert [one.target.key for one in back.members.order_by("pk")] == [
        "aws:1:eu:kube-1", "aws:1:eu:kube-2",
    ]  # fmt: skip
