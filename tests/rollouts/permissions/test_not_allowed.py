"""An address asked in a way it does not take says what it is for and where that is done."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.urls import reverse

from rollouts.permissions.roles import Role
from tests.rollouts.stage import collector_beats, load, person, signed_in, target, trail

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def olga():
    load()
    collector_beats()
    return signed_in(person("olga", Role.OPERATOR))


@pytest.mark.parametrize("name", ["look", "set-aside", "return", "acknowledge"])
def test_the_address_of_a_button_leads_to_the_target_it_belongs_to(olga, name):
    one = target("kube-1").pk

    response = olga.get(reverse(f"target-{name}", args=[one]))

    shown = response.content.decode()
    assert (response.status_code, response["Allow"]) == (HTTPStatus.METHOD_NOT_ALLOWED, "POST")
    assert "Open the page and press the button there." in shown
    assert f'href="{reverse("target", args=[one])}">To the target</a>' in shown
    assert trail() == []


def test_the_button_of_a_tier_leads_to_the_tier_and_the_one_of_the_frame_home(olga):
    tier = olga.get(reverse("tier-look", args=["routesrv", "test"])).content.decode()
    sign_out = olga.get(reverse("sign-out")).content.decode()

    assert f'href="{reverse("tier", args=["routesrv", "test"])}">To the tier</a>' in tier
    assert 'href="/">To the overview</a>' in sign_out


def test_a_page_to_which_something_is_sent_leads_to_itself(olga):
    path = reverse("target-differences", args=[target("kube-1").pk])

    response = olga.post(path)

    assert response["Allow"] == "GET, HEAD"
    assert "only shows something" in response.content.decode()
    assert f'href="{path}">To the page</a>' in response.content.decode()


def test_somebody_signed_out_is_told_the_same_without_a_word_of_the_fleet():
    load()

    response = signed_in(None).get(reverse("target-look", args=[target("kube-1").pk]))

    assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert "This is done elsewhere" in response.content.decode()
    assert "kube-1" not in response.content.decode()
