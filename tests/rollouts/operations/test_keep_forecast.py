"""What a promotion would change is kept with it, from its first moment and beyond its last."""

from __future__ import annotations

import pytest

from ledger.clock import database_now
from rollouts.evidence.narrowed import narrowed
from rollouts.models import Forecast, Promotion, Target
from rollouts.operations import forecast_steps as module
from rollouts.operations.forecast_steps import forecast_promotion, forecast_steps
from tests.rollouts.promoting import evidence_of, ready_tier, requested, rolled_back
from tests.rollouts.stage import collector_beats, target

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def tier():
    found = ready_tier()
    collector_beats()
    forecast_steps(now=database_now())
    return found


def test_a_request_for_the_whole_tier_begins_with_the_forecast_of_the_tier(tier):
    forecast = requested(tier).forecast

    assert "kube-1, kube-2" in forecast["instructions"]
    assert (
        forecast["made_at"] == Forecast.objects.get(tier=tier, to_mode="exec").made_at.isoformat()
    )


def test_a_request_for_some_targets_waits_for_a_forecast_of_its_own(tier):
    one = requested(tier, named={target("kube-1").pk}, shown=evidence_of_one(tier))
    assert one.forecast == {}

    forecast_steps(now=database_now())

    one.refresh_from_db()
    assert "for kube-1." in one.forecast["instructions"]


def evidence_of_one(tier):
    """Return the evidence of kube-1 alone."""
    return narrowed(evidence_of(tier), [target("kube-1").key])


def test_a_rollback_begins_with_the_forecast_of_its_way_and_no_message(tier):
    Target.objects.filter(tier=tier).update(mode="exec")
    forecast_steps(now=database_now())

    forecast = rolled_back(tier).forecast

    assert "from exec (exec) to shadow (pre)" in forecast["instructions"]
    assert forecast["message"] == ""


def test_a_promotion_without_any_forecast_has_none(tier):
    Forecast.objects.all().delete()

    assert requested(tier).forecast == {}


def test_the_forecast_of_a_promotion_that_was_started_stays(tier, monkeypatch):
    one = requested(tier)
    Promotion.objects.filter(pk=one.pk).update(state="applying", started_at=database_now())
    before = Promotion.objects.get(pk=one.pk).forecast
    monkeypatch.setattr(module, "_ask", lambda *_: ({"diff": ""}, "later", ""))

    forecast_steps(now=database_now())
    forecast_promotion(one, now=database_now())

    assert Promotion.objects.get(pk=one.pk).forecast == before
