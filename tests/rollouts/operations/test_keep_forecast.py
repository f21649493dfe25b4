"""What a promotion would change is kept with it, from its first moment and beyond its last."""

from __future__ import annotations

import pytest

from ledger import lease
from ledger.clock import database_now
from rollouts.appliers import Receipt
from rollouts.appliers.order import Preview
from rollouts.evidence.narrowed import narrowed
from rollouts.models import Forecast, Promotion, Target
from rollouts.operations import forecast_steps as module
from rollouts.operations.forecast_steps import forecast_promotion, forecast_steps
from rollouts.operations.record_written import record_written
from rollouts.operations.start_promotion import start_promotion
from rollouts.queries.previews import preview_of_promotion
from tests.rollouts.promoting import approved, evidence_of, ready_tier, requested, rolled_back
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


WRITTEN = Preview(
    head="0" * 40,
    diff="--- a/x\n+++ b/x\n@@ -1 +1 @@\n-mode: pre\n+mode: exec\n",
    files=("x",),
    message="playground to exec",
    governed=("kube-1", "kube-2"),
    instructions="",
)


@pytest.mark.parametrize("kind", ["promotion", "rollback"])
def test_once_it_is_written_what_was_written_is_kept_instead(tier, kind):
    if kind == "rollback":
        Target.objects.filter(tier=tier).update(mode="exec")
        Forecast.objects.all().delete()
        one = rolled_back(tier)
        assert one.forecast == {}
    else:
        one = approved(requested(tier))
    start_promotion(one.pk, now=database_now())
    held = lease.take("git of the test", holder="test", seconds=30)

    record_written(one.pk, Receipt("c0ffee", False, (), WRITTEN), held=held, now=database_now())

    shown = preview_of_promotion(Promotion.objects.get(pk=one.pk))
    assert [file.path for file in shown.diff.files] == ["x"]
    assert (shown.is_written, shown.message) == (True, "playground to exec")
    assert (shown.head, shown.governed) == ("0" * 40, ("kube-1", "kube-2"))


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
