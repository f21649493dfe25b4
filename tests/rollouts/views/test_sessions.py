"""Signing in and out: no way elsewhere, no session twice, no role by being known."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.urls import reverse

from rollouts.permissions.roles import Role
from tests.rollouts.stage import load, person, signed_in

pytestmark = [pytest.mark.django_db]

PASSWORD = "correct horse battery staple"
SESSION = "penumbra"


@pytest.fixture
def vera() -> User:
    load()
    user = person("vera", Role.VIEWER)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, **form: str):
    """Send the sign-in form of vera."""
    return client.post(reverse("sign-in"), {"username": "vera", "password": PASSWORD, **form})


@pytest.mark.parametrize(("name", "password"), [("vera", "no such words"), ("nobody", PASSWORD)])
def test_a_wrong_password_and_an_unknown_name_are_the_same_answer(vera, name, password):
    response = signed_in(None).post(reverse("sign-in"), {"username": name, "password": password})

    assert response.status_code == HTTPStatus.OK
    assert "Please enter a correct username and password." in response.content.decode()
    assert password not in response.content.decode()


def test_a_deactivated_person_cannot_sign_in(vera):
    User.objects.update(is_active=False)

    assert "Please enter a correct username" in sign_in(signed_in(None)).content.decode()


def test_somebody_known_without_a_password_cannot_sign_in(vera):
    person("paul", Role.OPERATOR)

    for password in ("", "!", "x"):
        response = signed_in(None).post(
            reverse("sign-in"), {"username": "paul", "password": password}
        )
        assert response.status_code == HTTPStatus.OK
        assert SESSION not in response.cookies


def test_a_session_planted_before_signing_in_is_worth_nothing_after(vera):
    client = signed_in(None)
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    client.cookies[SESSION] = planted

    sign_in(client)

    assert client.cookies[SESSION].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_session_is_worth_nothing_after_signing_out(vera):
    client = signed_in(None)
    sign_in(client)
    stolen = client.cookies[SESSION].value

    response = client.post(reverse("sign-out"))

    assert response["Location"] == reverse("sign-in")
    thief = signed_in(None)
    thief.cookies[SESSION] = stolen
    assert thief.get("/").status_code == HTTPStatus.FOUND


def test_a_changed_password_ends_every_session(vera):
    client = signed_in(None)
    sign_in(client)

    vera.set_password("another one entirely")
    vera.save()

    assert client.get("/").status_code == HTTPStatus.FOUND


def test_who_has_no_role_sees_nothing_of_the_fleet(vera):
    page = signed_in(person("nina")).get("/").content.decode()

    assert "This needs one of the roles" in page
    assert "no role yet" in page
    assert "routesrv" not in page
    assert "collector-pulse" not in page


def test_a_stranger_sees_nothing_of_the_fleet(vera):
    page = signed_in(None).get(reverse("sign-in")).content.decode()

    assert "routesrv" not in page
    assert "collector-pulse" not in page
    assert "demo" not in page


def test_signing_out_takes_a_form_not_a_link(vera):
    client = signed_in(vera)

    assert client.get(reverse("sign-out")).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert client.get("/").status_code == HTTPStatus.OK
