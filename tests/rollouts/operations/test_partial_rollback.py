"""A rollback of a tier of which one file cannot be written: the others go back at once."""

from __future__ import annotations

import shutil
import signal

import pytest

from ledger.clock import database_now
from ledger.models import AuditRecord
from rollouts.models import Promotion, Target
from rollouts.operations.decide import PromotionRefused
from rollouts.operations.forecast_steps import forecast_steps
from tests.rollouts.operations.carrying import (
    carried_to_its_end,
    commits_of,
    ended,
    fleet_repository,
    let_the_lease_run_out,
    ready,
    started,
)
from tests.rollouts.promoting import alice, approved, dave, requested, rolled_back
from tests.rollouts.stage import signed_in
from tests.rollouts.views import steps

pytestmark = pytest.mark.django_db(transaction=True)

BROKEN, GOOD = "config_items: {}\n", 'config_items:\n  flag: "exec"\n'
WHY = "There is no config_items.flag in clusters/kube-2.yaml. Give it a value first."


@pytest.fixture
def repository(tmp_path, settings):
    """The fleet's repository, its tier promoted to exec, and then one file spoilt."""
    made = fleet_repository(tmp_path, settings)
    assert carried_to_its_end(approved(requested(ready()))).state == "done"
    made.commit({"clusters/kube-2.yaml": BROKEN})
    return made


def followed(promotion):
    """Return {alias: state of its step}."""
    return dict(promotion.steps.values_list("target__cluster__alias", "state"))


def modes():
    rows = Target.objects.filter(rollout__key="routesrv", tier__name="test")
    return dict(rows.values_list("cluster__alias", "mode"))


def test_what_can_go_back_goes_back_and_the_rest_is_named(repository):
    back = carried_to_its_end(rolled_back(ready()))

    assert followed(back) == {"kube-1": "observed", "kube-2": "failed"}
    assert back.state == "failed"
    assert f"1 of 2 targets could not be written: kube-2. {WHY}" in back.state_reason
    assert modes() == {"kube-1": "shadow", "kube-2": "exec"}
    assert b'"pre"' in repository.file("clusters/kube-1.yaml")
    assert len(commits_of(repository, back)) == 1


def test_the_trail_and_the_page_name_who_was_left_out_with_the_lines(repository):
    back = carried_to_its_end(rolled_back(ready()))

    record = AuditRecord.objects.filter(action="apply_written").latest("seq")
    shown = steps.page(back, dave)

    assert WHY in record.after["left_out"]["aws:1:eu:kube-2"]
    assert WHY in steps.section(shown, "targets")
    assert "clusters/kube-2.yaml: add:" in steps.section(shown, "targets")


def test_rolling_back_once_more_tries_the_rest(repository):
    tier = ready()
    first = carried_to_its_end(rolled_back(tier))
    repository.commit({"clusters/kube-2.yaml": GOOD})

    second = carried_to_its_end(rolled_back(tier))

    assert (first.state, second.state) == ("failed", "done")
    assert followed(second) == {"kube-2": "observed"}
    assert modes() == {"kube-1": "shadow", "kube-2": "shadow"}
    with pytest.raises(PromotionRefused, match="No target of test is riskier than shadow"):
        rolled_back(tier)


def test_the_page_of_the_failed_one_offers_to_go_on(repository):
    back = carried_to_its_end(rolled_back(ready()))

    shown = steps.section(steps.page(back, alice), "roll-back")

    assert '→ shadow</b>: 1 target, <span class="unbroken">kube-2</span>.' in shown


def test_what_a_superseded_promotion_may_have_moved_is_tried_again_too(tmp_path, settings):
    made = fleet_repository(tmp_path, settings)
    promotion = approved(requested(ready()))
    process = started(promotion, tmp_path, command="push", after="kill -9 $PPID")
    assert ended(process) == signal.SIGKILL
    let_the_lease_run_out()
    made.commit({"clusters/kube-2.yaml": BROKEN})
    first = carried_to_its_end(rolled_back(ready()))
    made.commit({"clusters/kube-2.yaml": GOOD})

    second = carried_to_its_end(rolled_back(ready()))

    assert followed(first) == {"kube-1": "observed", "kube-2": "failed"}
    assert followed(second) == {"kube-2": "observed"}
    assert b'"pre"' in made.file("clusters/kube-2.yaml")


@pytest.mark.parametrize("point", ["fetch", "commit-tree", "push"])
def test_a_worker_killed_on_the_way_leaves_one_commit_and_the_same_words(
    point, repository, tmp_path
):
    back = rolled_back(ready())
    shutil.rmtree(tmp_path / "var" / "mirrors", ignore_errors=True)
    process = started(back, tmp_path, command=point, after="kill -9 $PPID")
    assert ended(process) == signal.SIGKILL
    let_the_lease_run_out()

    back.refresh_from_db()
    back = carried_to_its_end(back)

    assert (back.state, followed(back)["kube-2"]) == ("failed", "failed")
    assert WHY in back.steps.get(target__cluster__alias="kube-2").heard
    assert len(commits_of(repository, back)) == 1


def test_the_preview_says_beforehand_who_would_be_left_out(repository):
    tier = ready()
    forecast_steps(now=database_now())

    shown = steps.section(steps.words(signed_in(alice()).get(steps.tier_path(tier))), "roll-back")

    assert "kube-2 would be left out." in shown
    assert WHY in shown
    assert Promotion.objects.count() == 1
