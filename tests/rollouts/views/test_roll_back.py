"""Roll a tier back from pages: one click and a reason."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from django.urls import reverse

from rollouts.models import Promotion, Target
from tests.rollouts.promoting import alice, bob, dave
from tests.rollouts.stage import collector_beats, signed_in, target
from tests.rollouts.views.steps import roll_back, state, tier_path, without_tags, words

pytestmark = [pytest.mark.django_db]


def in_exec(tier):
    Target.objects.filter(tier=tier).update(mode="exec")


def test_rolling_back_takes_one_click_and_a_reason(promotion):
    in_exec(promotion.tier)

    response = roll_back(signed_in(alice()), promotion.tier)

    rollback = Promotion.objects.get(kind="rollback")
    assert response["Location"] == reverse("promotion", args=[rollback.pk])
    assert (rollback.from_mode, rollback.to_mode) == ("exec", "shadow")
    assert rollback.reason == "errors since the switch"
    assert state(promotion) == "superseded"


def test_a_rollback_that_waits_is_ordered_and_approved_by_nobody(promotion):
    in_exec(promotion.tier)
    roll_back(signed_in(alice()), promotion.tier)
    rollback = Promotion.objects.get(kind="rollback")

    for path in (reverse("promotion", args=[rollback.pk]), reverse("promotions")):
        shown = signed_in(bob()).get(path).content.decode()
        assert re.search(r'class="state is-stale">.*?ordered<', shown), path
        assert not re.search(r'class="state [^"]*">(<svg.*?</svg>)?\s*approved<', shown), path
    assert "A way back needs one person and no gate." in (
        signed_in(bob()).get(reverse("promotion", args=[rollback.pk])).content.decode()
    )


def test_rolling_back_twice_is_one_rollback(promotion):
    in_exec(promotion.tier)
    client = signed_in(alice())

    first, second = roll_back(client, promotion.tier), roll_back(client, promotion.tier)

    assert first["Location"] == second["Location"]
    assert Promotion.objects.filter(kind="rollback").count() == 1


def test_rolling_back_takes_a_reason_and_a_mode_that_is_safer(promotion):
    in_exec(promotion.tier)
    client = signed_in(alice())

    for typed in ({"reason": ""}, {"to_mode": "exec"}, {"to_mode": ""}, {"request_key": "x"}):
        response = roll_back(client, promotion.tier, **{"to_mode": "shadow", **typed})
        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Promotion.objects.filter(kind="rollback").exists()


def test_the_tier_says_what_each_way_back_would_move(promotion):
    Target.objects.filter(pk=target("kube-1").pk).update(mode="exec")

    shown = words(signed_in(alice()).get(tier_path(promotion.tier)))

    assert "exec → shadow: 1 target, kube-1." in without_tags(shown)
    assert "exec or shadow → off: 2 targets, kube-1, kube-2." in without_tags(shown)
    assert f"{promotion.name} would be superseded." in shown


def test_rolling_back_is_open_while_nobody_looks_and_closed_to_viewers(promotion):
    in_exec(promotion.tier)
    collector_beats(seconds_ago=90)

    assert "Roll back to shadow" in words(signed_in(alice()).get(tier_path(promotion.tier)))
    assert "may roll it back at once" in words(signed_in(dave()).get(tier_path(promotion.tier)))


def test_a_tier_that_is_off_has_no_way_back(promotion):
    Promotion.objects.filter(pk=promotion.pk).update(state="withdrawn")
    Target.objects.filter(tier=promotion.tier).update(mode="off")

    assert "Roll back" not in words(signed_in(alice()).get(tier_path(promotion.tier)))
