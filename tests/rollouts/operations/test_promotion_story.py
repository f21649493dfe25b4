"""From a request to done, and back: each step by its operation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ledger.clock import database_now
from rollouts.machine import Mode
from rollouts.models import Target
from rollouts.operations.decide import PromotionRefused
from rollouts.operations.start_promotion import start_promotion
from tests.rollouts.operations.reading import heard, written
from tests.rollouts.promoting import approved, ready_tier, requested, rolled_back
from tests.rollouts.stage import trail

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def test_a_promotion_is_done_once_it_was_read_back_three_times():
    tier = ready_tier()
    promotion = requested(tier)
    assert promotion.state == "pending"

    promotion = approved(promotion)
    assert promotion.state == "approved"
    promotion = written(promotion)
    assert promotion.state == "verifying"
    assert set(Target.objects.filter(tier=tier).values_list("mode", "generation")) == {("exec", 1)}
    assert heard(promotion, "exec", times=2).state == "verifying"
    assert heard(promotion, "exec", times=1).state == "done"

    assert [action for action, _, _ in trail()] == [
        "promotion_requested",
        "promotion_approval_given",
        "promotion_approved",
        "apply_intent",
        "promotion_applying",
        "apply_written",
        "promotion_verifying",
        "promotion_done",
    ]


def test_a_reading_that_differs_begins_the_count_anew():
    promotion = written(approved(requested(ready_tier())))

    heard(promotion, "exec", times=2)
    heard(promotion, "shadow", times=1)

    assert heard(promotion, "exec", times=2).state == "verifying"
    assert heard(promotion, "exec", times=1).state == "done"


def test_a_change_that_is_not_seen_in_time_has_failed():
    promotion = written(approved(requested(ready_tier())))
    promotion.deadline_at = database_now() - timedelta(seconds=1)
    promotion.save()

    failed = heard(promotion, "shadow", times=1)

    assert failed.state == "failed"
    assert "not seen in exec in time" in failed.state_reason
    assert set(failed.steps.values_list("state", flat=True)) == {"failed"}


def test_a_rollback_takes_the_place_of_what_is_under_way():
    tier = ready_tier()
    promotion = approved(requested(tier))
    assert start_promotion(promotion.pk, now=database_now())

    back = rolled_back(tier)

    promotion.refresh_from_db()
    assert (promotion.state, back.state, back.supersedes_id) == (
        "superseded", "approved", promotion.pk,
    )  # fmt: skip
    assert (back.from_mode, back.to_mode) == ("exec", "shadow")
    assert back.generation > promotion.generation
    back = heard(written(back), "shadow")
    assert back.state == "done"
    assert set(Target.objects.filter(tier=tier).values_list("mode", flat=True)) == {Mode.SHADOW}


def test_rolling_back_twice_is_one_rollback():
    tier = ready_tier()
    heard(written(approved(requested(tier))), "exec")

    first, second = rolled_back(tier), rolled_back(tier)
    further = rolled_back(tier, Mode.OFF)

    assert first == second
    first.refresh_from_db()
    assert (first.state, further.to_mode) == ("superseded", "off")


def test_no_clean_time_outlives_an_excursion_that_was_rolled_back():
    tier = ready_tier()
    promotion = approved(requested(tier))
    assert start_promotion(promotion.pk, now=database_now())  # and pushed by who died since
    before = {one.pk: (one.source.epoch, one.mode_since) for one in tier.targets.all()}

    heard(written(rolled_back(tier)), "shadow")

    for one in tier.targets.select_related("source__state"):
        assert (one.mode, one.source.state.clean_seconds, one.source.state.clean_looks) == (
            "shadow", 0, 0,
        )  # fmt: skip
        assert one.source.epoch > before[one.pk][0]
        assert one.mode_since > before[one.pk][1]
    with pytest.raises(PromotionRefused, match="soak"):
        requested(tier)
