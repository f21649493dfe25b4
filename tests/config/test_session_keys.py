"""A session cookie may hold anything; only a key of ours is looked up."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.sessions.backends.db import SessionStore as AnySession
from django.contrib.sessions.models import Session

from config.session_keys import SessionStore, is_key
from rollouts.permissions.roles import Role
from tests.raw_request import status_of
from tests.rollouts.stage import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

KEY = "0123456789abcdefghijklmnopqrstuv"
RAW = [
    r'penumbra="a\000b"',  # an octal escape: a NUL once Django has read it
    r'penumbra="0123456789abcdefghijklmnopqrstu\000"',
    "penumbra=a\x00b",
    "penumbra=" + KEY[:-1] + "\x00",
    r'penumbra="\355\240\200\355\240\200\355\240\200"',  # a surrogate in UTF-8
    "penumbra=\xed\xa0\x80\xff\xfe\xc0\x80",
    r'penumbra="\377\376\012\015"',
    "penumbra=" + "x" * 8000,
    "penumbra=" + KEY.upper(),
    "penumbra=",
    'penumbra="',
    "penumbra=%00",
    "penumbra-csrf=a\x00b; penumbra=a\x00b",
    r'penumbra-csrf="a\000b"',
    "\x00=\x00",
    ";;;=;=",
]


@pytest.mark.parametrize("cookie", RAW)
def test_a_cookie_that_is_no_key_is_nobody(cookie):
    assert status_of(cookie=cookie) == HTTPStatus.FOUND
    assert status_of(path="/sign-in/", cookie=cookie) == HTTPStatus.OK


def test_the_cookie_of_a_session_is_its_person():
    client = signed_in(person("vera", Role.VIEWER))

    assert status_of(cookie=f"penumbra={client.cookies['penumbra'].value}") == HTTPStatus.OK


def test_a_key_that_nobody_was_given_asks_the_database_and_is_nobody():
    assert status_of(cookie=f"penumbra={KEY}") == HTTPStatus.FOUND
    assert not Session.objects.exists()


@pytest.mark.parametrize("text", [None, "", KEY[:-1], KEY + "a", KEY[:-1] + "\0", KEY[:-1] + "É"])
def test_what_is_not_written_as_a_key_is_none(text):
    assert not is_key(text)
    assert SessionStore(text).session_key is None


def test_the_keys_that_django_makes_are_keys():
    session = AnySession()
    session.create()

    assert is_key(session.session_key)
    assert SessionStore(session.session_key).exists(session.session_key)
