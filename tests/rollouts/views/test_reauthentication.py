"""Approving asks for the password again, once five minutes have passed since it was given."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse

from ledger.clock import database_now
from rollouts.models import Approval
from tests.rollouts.promoting import bob, ready_tier, requested
from tests.rollouts.stage import give_password, signed_in
from tests.rollouts.views.steps import approve, approve_form, state, words

pytestmark = [pytest.mark.django_db]

PASSWORD = "rather a long way to say so"


@pytest.fixture
def promotion():
    return requested(ready_tier())


@pytest.fixture
def person(settings):
    """Bob, with a password of his own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a quick one
    found = bob()
    found.set_password(PASSWORD)
    found.save()
    return found


@pytest.fixture
def client(person):
    """Bob's browser, six minutes after he signed in."""
    client = signed_in(person)
    give_password(client, database_now() - timedelta(minutes=6))
    return client


def test_nobody_approves_with_a_password_that_was_given_too_long_ago(client, promotion):
    response = approve(client, promotion, approve_form(client, promotion, password=""))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Give your password again" in words(response)
    assert not Approval.objects.exists()


def test_a_wrong_password_approves_nothing_and_is_counted(client, promotion):
    for _ in range(5):
        response = approve(client, promotion, approve_form(client, promotion, password="wrong"))
        assert "That is not your password." in words(response)

    response = approve(client, promotion, approve_form(client, promotion, password=PASSWORD))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Too many wrong passwords." in words(response)
    assert PASSWORD not in words(response)
    assert not Approval.objects.exists()


def test_the_right_one_approves_and_counts_for_the_next_five_minutes(client, promotion):
    response = approve(client, promotion, approve_form(client, promotion, password=PASSWORD))

    assert response.status_code == HTTPStatus.FOUND
    assert Approval.objects.count() == 1
    assert state(promotion) == "approved"


def test_who_just_signed_in_is_not_asked(person, promotion):
    client = signed_in(None)
    client.post(reverse("sign-in"), {"username": person.username, "password": PASSWORD})

    form = approve_form(client, promotion)
    response = approve(client, promotion, form)

    assert "password" not in form
    assert response.status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("given", ["", "nonsense", None])
def test_a_session_that_does_not_say_when_is_asked(client, promotion, given):
    session = client.session
    session["password_given_at"] = given
    session.save()

    assert "password" in approve_form(client, promotion)


def test_a_password_of_tomorrow_is_asked_for_again(client, promotion):
    give_password(client, database_now() + timedelta(hours=1))

    assert "password" in approve_form(client, promotion)
