"""One click signs in to the demo, and only the demo's own people, and only there."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape

from demo.cast import make_people
from demo.people import PEOPLE
from rollouts.permissions.roles import Role
from rollouts.queries.authority import roles_of
from tests.rollouts.stage import load, person, signed_in

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.rollouts.permissions.demo_urls"
    load()
    make_people(PEOPLE)


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.username)
def test_a_click_signs_one_of_the_cast_in_with_their_role(demo, who):
    client = signed_in(None)
    assert escape(who.sentence) in client.get(reverse("sign-in")).content.decode()

    response = client.post(reverse("demo-sign-in", args=[who.username]))

    assert response["Location"] == reverse("overview")
    user = User.objects.get(pk=client.session["_auth_user_id"])
    assert (user.username, user.get_full_name()) == (who.username, who.full_name)
    assert roles_of(user) == {Role(who.role)}


def test_nobody_else_is_signed_in_by_a_click(demo):
    person("olga", Role.OPERATOR)

    for name in ("olga", "nobody", "Alice"):
        client = signed_in(None)
        response = client.post(f"/demo/sign-in/{name}/", follow=True)
        assert response.status_code == HTTPStatus.NOT_FOUND
        assert "_auth_user_id" not in client.session


def test_a_click_needs_the_forms_token(demo):
    client = signed_in(None, csrf=True)

    assert client.post("/demo/sign-in/alice/").status_code == HTTPStatus.FORBIDDEN
    assert "_auth_user_id" not in client.session


def test_outside_the_demo_there_is_no_such_address():
    load()
    make_people(PEOPLE)
    client = signed_in(None)

    assert client.post("/demo/sign-in/alice/").status_code == HTTPStatus.NOT_FOUND
    assert "alice" not in client.get(reverse("sign-in")).content.decode()
    with pytest.raises(NoReverseMatch):
        reverse("demo-sign-in", args=["alice"])
