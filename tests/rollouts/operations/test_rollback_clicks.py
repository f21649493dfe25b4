"""One click back, many clicks, another's form, and a click before anything was started."""

from __future__ import annotations

import secrets

import pytest

from ledger.clock import database_now
from rollouts.machine import Mode
from rollouts.models import Promotion, Target
from rollouts.operations.decide import PromotionRefused
from rollouts.operations.roll_back import WayBack, roll_back
from rollouts.operations.start_promotion import start_promotion
from tests.rollouts.promoting import (
    alice,
    approved,
    bob,
    dave,
    ready_tier,
    requested,
    rolled_back,
)
from tests.rollouts.stage import signed_in, target, trail
from tests.rollouts.views.steps import tier_path

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

KEY = "a" * 32
USED = "This form was used before, and what it asked for is over. Open the page again."


def in_exec():
    tier = ready_tier()
    Target.objects.filter(tier=tier).update(mode=Mode.EXEC)
    return tier


def clicked(tier, to_mode=Mode.SHADOW, *, key=KEY, actor=alice):
    way = WayBack(to_mode, "errors since the switch", key)
    return roll_back(tier, way, actor=actor(), now=database_now())


@pytest.mark.parametrize("is_approved", [False, True])
def test_a_click_stops_a_promotion_that_was_not_started(is_approved):
    tier = ready_tier()
    promotion = requested(tier)
    if is_approved:
        approved(promotion)

    stopped = clicked(tier)

    assert (stopped.pk, stopped.state) == (promotion.pk, "superseded")
    assert stopped.state_reason == "alice keeps the tier in shadow: errors since the switch"
    assert trail()[-1][0] == "promotion_superseded"
    assert not start_promotion(promotion.pk, now=database_now())
    assert clicked(tier) == stopped
    assert Promotion.objects.count() == 1


def test_where_nothing_is_riskier_and_nothing_would_be_the_click_is_refused():
    tier = ready_tier()
    promotion = requested(tier)
    Promotion.objects.update(state="withdrawn")

    with pytest.raises(PromotionRefused, match="No target of test is riskier than shadow"):
        clicked(tier)

    promotion.refresh_from_db()
    assert promotion.state == "withdrawn"


def test_one_form_sent_twice_is_one_rollback_also_when_it_is_done():
    tier = in_exec()
    first = clicked(tier)

    assert clicked(tier) == first
    Promotion.objects.update(state="done")
    Target.objects.update(mode=Mode.SHADOW)

    assert clicked(tier) == first


@pytest.mark.parametrize(
    ("to_mode", "actor"), [(Mode.OFF, alice), (Mode.OFF, bob)], ids=["further", "another person"]
)
def test_a_form_with_a_key_that_was_used_opens_nothing(to_mode, actor):
    tier = in_exec()
    first = clicked(tier)

    with pytest.raises(PromotionRefused, match=USED):
        clicked(tier, to_mode, actor=actor)

    first.refresh_from_db()
    assert (first.state, Promotion.objects.count()) == ("approved", 1)


def test_after_a_rollback_failed_its_form_answers_no_more():
    tier = in_exec()
    clicked(tier)
    Promotion.objects.update(state="failed")

    with pytest.raises(PromotionRefused, match=USED):
        clicked(tier)

    assert clicked(tier, key="b" * 32).state == "approved"


def test_a_rollback_that_is_done_is_no_answer_once_something_was_asked_for_since():
    tier = in_exec()
    first = clicked(tier)
    Promotion.objects.update(state="done")
    first.steps.update(state="observed")
    Target.objects.update(mode=Mode.SHADOW)
    requested(tier)
    Target.objects.update(mode=Mode.EXEC)

    with pytest.raises(PromotionRefused, match=USED):
        clicked(tier)


def test_a_viewer_gets_no_answer_of_anothers_rollback():
    tier = in_exec()
    clicked(tier)

    with pytest.raises(PromotionRefused, match="may roll it back at once"):
        clicked(tier, actor=dave)


def test_the_key_of_a_promotion_is_refused_in_words_on_the_page():
    tier = ready_tier()
    key = secrets.token_hex(16)
    requested(tier, request_key=key)
    Promotion.objects.update(state="withdrawn")
    Target.objects.filter(pk=target("kube-1").pk).update(mode=Mode.EXEC)

    answer = signed_in(alice()).post(
        f"{tier_path(tier)}roll-back/",
        {"to_mode": "shadow", "request_key": key, "reason": "errors all over"},
    )

    assert answer.status_code == 409
    assert "This form was used before" in answer.content.decode()
    assert rolled_back(tier).state == "approved"
