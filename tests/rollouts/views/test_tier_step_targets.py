"""Which targets of a tier a request names: all, some first, never another tier's."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from rollouts.models import Promotion, Target
from tests.rollouts.promoting import PROVEN, alice
from tests.rollouts.stage import signed_in, stand, target
from tests.rollouts.views.steps import ask, tier_path, words

pytestmark = [pytest.mark.django_db]


def test_some_targets_can_go_first(tier):
    ask(signed_in(alice()), tier, named=[str(target("kube-1").pk)])

    one = Promotion.objects.get()
    assert [member.target for member in one.members.all()] == [target("kube-1")]


def test_targets_that_are_ready_can_go_without_one_that_is_not(tier):
    stand(target("kube-2"), "different", differences=1)
    client = signed_in(alice())

    assert "1 of 2 targets can go on." in words(client.get(tier_path(tier)))
    all_of_them = ask(client, tier)
    only_one = ask(client, tier, named=[str(target("kube-1").pk)])

    assert all_of_them.status_code == HTTPStatus.CONFLICT
    assert only_one.status_code == HTTPStatus.FOUND
    assert Promotion.objects.get().members.count() == 1


@pytest.mark.parametrize(
    "facts", [{"clean_seconds": 5.0}, {"outcome": "moved"}, {"outcome": "unreachable"}]
)
def test_nobody_goes_without_a_target_that_only_lacks_time_or_an_answer(tier, facts):
    stand(target("kube-2"), **{**PROVEN, **facts})

    shown = words(signed_in(alice()).get(tier_path(tier)))

    assert "can go on" not in shown
    assert 'name="confirm"' not in shown


def test_a_target_of_another_tier_cannot_be_named(tier):
    response = ask(signed_in(alice()), tier, named=[str(target("kube-3").pk)])

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Promotion.objects.exists()


def test_what_would_not_move_is_listed_with_why(tier):
    Target.objects.filter(pk=target("kube-2").pk).update(mode="unknown")

    assert "Left out: kube-2 (its mode is unknown)." in words(
        signed_in(alice()).get(tier_path(tier))
    )
