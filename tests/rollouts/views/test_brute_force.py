"""Guessing at the sign-in page: refused in words, unread, also when fifty guess at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from ipaddress import ip_network
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.db import connection
from django.test import Client
from django.urls import reverse

from ledger.models import AuditRecord
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True)]

GUESSERS = 50


@pytest.fixture(autouse=True)
def checked(settings, monkeypatch) -> list[str]:
    """The passwords that were looked at."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    looked_at: list[str] = []
    django = ModelBackend.authenticate

    def authenticate(self, request, username=None, password=None, **kwargs):
        looked_at.append(password)
        return django(self, request, username=username, password=password, **kwargs)

    monkeypatch.setattr(ModelBackend, "authenticate", authenticate)
    UserFactory.create(username="vera", role="viewer")
    return looked_at


def sign_in(password: str, **headers: str) -> Any:
    """Send the form from a browser of its own."""
    form = {"username": "vera", "password": password}
    return Client().post(reverse("sign-in"), form, headers=headers)


def test_fifty_guesses_at_once_are_five_passwords_looked_at(checked, monkeypatch):
    start, under_way = Barrier(GUESSERS), Barrier(5)
    look = ModelBackend.authenticate

    def together(*args, **kwargs):
        under_way.wait(timeout=60)  # none is done before the fifth has begun
        return look(*args, **kwargs)

    monkeypatch.setattr(ModelBackend, "authenticate", together)

    def guess(number: int) -> HTTPStatus:
        try:
            start.wait(timeout=60)
            return HTTPStatus(sign_in(f"guess {number}").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(GUESSERS) as pool:
        answers = list(pool.map(guess, range(GUESSERS)))

    assert len(checked) == 5
    assert answers.count(HTTPStatus.OK) == 5
    assert answers.count(HTTPStatus.TOO_MANY_REQUESTS) == GUESSERS - 5
    assert list(AuditRecord.objects.values_list("action", flat=True)) == ["sign_in_refused"]


def test_a_refusal_says_until_when_and_signs_nobody_in(checked):
    for _ in range(5):
        sign_in("wrong")

    answer = sign_in("password")

    page = " ".join(answer.content.decode().split())
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "This one was not checked, right or wrong: try again after" in page
    assert "UTC, 15 minutes from now." in page
    assert 890 <= int(answer["Retry-After"]) <= 900
    assert "_auth_user_id" not in answer.client.session
    assert "password" not in checked


def test_the_proxys_word_counts_only_from_a_proxy_of_ours(settings, checked):
    for number in range(6):
        sign_in("wrong", x_forwarded_for=f"198.51.100.{number}")
    assert len(checked) == 5

    settings.TRUSTED_PROXIES = (ip_network("127.0.0.1"),)
    assert sign_in("password", x_forwarded_for="198.51.100.7").status_code == HTTPStatus.FOUND
    assert sign_in("password").status_code == HTTPStatus.TOO_MANY_REQUESTS
