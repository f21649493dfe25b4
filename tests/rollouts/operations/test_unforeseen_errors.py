"""An error that nobody foresaw: told, logged, ended at the deadline, and of no harm to others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from ledger.clock import database_now
from rollouts.appliers import Manual
from rollouts.models import Forecast, Promotion, Rollout, Target
from rollouts.operations import carry_out as carry_out_module
from rollouts.operations import observe_kept as observe_kept_module
from rollouts.operations import sweep_promotions as sweep_module
from rollouts.operations.carry_out import carry_out
from rollouts.operations.forecast_steps import forecast_steps
from rollouts.operations.observe_kept import observe_kept
from rollouts.operations.start_promotion import start_promotion
from rollouts.operations.sweep_promotions import GRACE, end_what_is_over
from tests.rollouts.promoting import approved, ready_tier, requested
from tests.rollouts.stage import differ, stand, target

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

SECRET = "hunter2"
SENTENCE = "A worker met an error that nobody foresaw (KeyError). Its log tells where."


def broken(*_: object, **__: object) -> None:
    raise KeyError(SECRET)


@pytest.fixture
def promotion():
    return approved(requested(ready_tier()))


def test_an_applier_that_breaks_is_tried_again_with_a_sentence_and_no_data(promotion, monkeypatch):
    monkeypatch.setattr(Manual, "apply", broken)

    with capture_logs() as logs:
        carry_out(promotion.pk)

    promotion.refresh_from_db()
    assert (promotion.state, promotion.problem, promotion.attempts) == ("applying", SENTENCE, 1)
    assert [(one["event"], one["exc_info"]) for one in logs] == [("carrying_out_broke", True)]


def test_an_applier_that_breaks_until_the_deadline_has_failed(promotion, monkeypatch):
    monkeypatch.setattr(Manual, "apply", broken)
    carry_out(promotion.pk)
    Promotion.objects.update(deadline_at=database_now())

    carry_out(promotion.pk)

    promotion.refresh_from_db()
    assert (promotion.state, promotion.state_reason) == (
        "failed",
        f"Not written in time. {SENTENCE}",
    )


def test_a_read_back_that_breaks_until_the_deadline_has_failed(promotion, monkeypatch):
    carry_out(promotion.pk)
    monkeypatch.setattr(carry_out_module, "read_back", broken)
    carry_out(promotion.pk)
    Promotion.objects.update(deadline_at=database_now())

    carry_out(promotion.pk)

    promotion.refresh_from_db()
    assert (promotion.state, promotion.state_reason) == ("failed", f"Not seen in time. {SENTENCE}")


def test_a_start_that_breaks_is_told_and_does_not_fail_it(promotion, monkeypatch):
    monkeypatch.setattr(carry_out_module, "start_promotion", broken)

    carry_out(promotion.pk)

    promotion.refresh_from_db()
    assert (promotion.state, promotion.problem) == ("approved", SENTENCE)


def test_the_sweep_ends_what_no_worker_lived_to_end(promotion):
    assert start_promotion(promotion.pk, now=database_now())
    promotion.refresh_from_db()
    late = promotion.deadline_at + GRACE

    assert end_what_is_over(now=late - timedelta(seconds=1)) == []
    assert end_what_is_over(now=late) == [promotion.pk]

    promotion.refresh_from_db()
    assert promotion.state == "failed"
    assert promotion.state_reason == (
        "Not written in time. Every worker that took it died before it could say why."
    )


def test_a_promotion_that_cannot_be_judged_holds_up_no_other(promotion, monkeypatch):
    tier = target("kube-1", "cache").tier
    stand(target("kube-1", "cache"), clean_seconds=10**6, clean_looks=10**4, clean_changes=9)
    other = requested(tier)
    Promotion.objects.filter(pk=promotion.pk).update(state="pending")
    differ(target("kube-1", "cache"), "new_route")
    judged = sweep_module.evidence_now

    def judge(one, *, now):
        return broken() if one.pk == promotion.pk else judged(one, now=now)

    monkeypatch.setattr(sweep_module, "evidence_now", judge)

    assert end_what_is_over(now=database_now()) == [other.pk]


def test_a_tier_whose_forecast_breaks_leaves_the_others_theirs(monkeypatch):
    ready_tier()
    preview = Manual.preview

    def one_breaks(self, order):
        return broken() if order.rollout == "cache" else preview(self, order)

    monkeypatch.setattr(Manual, "preview", one_breaks)

    forecast_steps(now=database_now())

    told = set(Forecast.objects.values_list("tier__rollout__key", flat=True))
    assert told == {"routesrv"}


@pytest.mark.django_db(transaction=True)
def test_a_rollout_whose_place_breaks_leaves_the_others_theirs(monkeypatch):
    ready_tier()
    Target.objects.update(read_back=None)
    Rollout.objects.filter(key="routesrv").update(position=9)

    def read(rollout, _targets):
        return broken() if rollout.key == "cache" else ({}, "The remote is away.")

    monkeypatch.setattr(observe_kept_module, "kept_modes", read)

    assert observe_kept() == 3
