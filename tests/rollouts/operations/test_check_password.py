"""Signing in is tried so often, then refused unread; what is right takes its try back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.backends import ModelBackend

from ledger.models import AuditRecord
from rollouts.models import SignInTries
from rollouts.operations.check_password import SignInRefused, check_password
from rollouts.sign_in_limits import FREE_BY_NAME, KNOWN_FOR, MOST, NAME_REST, WINDOW, Counted
from tests.factories import NOW, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HERE, THERE = "192.0.2.1", "192.0.2.2"
MINUTE = timedelta(minutes=1)
WRONG = "wrong"


@pytest.fixture(autouse=True)
def checked(settings, monkeypatch) -> list[str]:
    """The passwords that were looked at."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a quick one
    looked_at: list[str] = []
    django = ModelBackend.authenticate

    def authenticate(self, request, username=None, password=None, **kwargs):
        looked_at.append(password)
        return django(self, request, username=username, password=password, **kwargs)

    monkeypatch.setattr(ModelBackend, "authenticate", authenticate)
    UserFactory.create(username="vera")
    return looked_at


def attempt(password: str = WRONG, name: str = "vera", address: str = HERE, now=NOW) -> str:
    """Try to sign in, and say what came of it."""
    try:
        user = check_password(name, password, request=None, address=address, now=now)
    except SignInRefused as refusal:
        return str(refusal)
    return user.username if user else "wrong"


def trail() -> list[tuple[str, str, str]]:
    """Return what the trail was told."""
    return list(AuditRecord.objects.values_list("action", "subject", "reason"))


def test_the_sixth_password_is_not_looked_at_not_even_a_right_one(checked):
    assert [attempt() for _ in range(5)] == ["wrong"] * 5

    assert attempt("password") == (
        "Too many wrong passwords. This one was not checked, right or wrong: try again after"
        " 12:15:00 UTC, 15 minutes from now."
    )
    assert checked == ["wrong"] * 5
    assert attempt("password", now=NOW + WINDOW - timedelta(seconds=1)).endswith(
        "12:15:00 UTC, 1 second from now."
    )
    assert attempt("password", now=NOW + WINDOW) == "vera"


def test_a_right_password_clears_the_pair():
    for _ in range(3):
        assert [attempt() for _ in range(4)] == ["wrong"] * 4
        assert attempt("password") == "vera"

    assert [attempt() for _ in range(5)] == ["wrong"] * 5
    assert attempt().startswith("Too many")


def test_a_name_that_nobody_has_is_refused_as_one_that_somebody_has():
    known, unknown = [[attempt(name=name) for _ in range(7)] for name in ("vera", "nobody")]

    assert known == unknown


def test_a_pair_that_is_refused_hinders_neither_its_name_elsewhere_nor_its_address():
    UserFactory.create(username="paul")
    for _ in range(6):
        attempt()

    assert attempt("password", address=THERE) == "vera"
    assert attempt("password", name="paul") == "paul"


def test_an_address_with_many_names_is_refused_and_leaves_no_rows(checked):
    answers = [attempt(name=f"name-{n}") for n in range(MOST[Counted.ADDRESS] + 30)]

    assert len(checked) == MOST[Counted.ADDRESS]
    assert all(answer.startswith("Too many") for answer in answers[MOST[Counted.ADDRESS] :])
    assert SignInTries.objects.count() == 1 + 2 * MOST[Counted.ADDRESS]
    assert attempt("password", address=THERE) == "vera"


def test_right_passwords_use_up_no_address(checked):
    for _ in range(MOST[Counted.ADDRESS] + 5):
        assert attempt("password") == "vera"


def test_a_name_tried_from_everywhere_waits_but_never_closes(checked):
    def storm(now):
        return [attempt(address=f"198.51.100.{n}", now=now) for n in range(FREE_BY_NAME + 5)]

    storm(NOW)
    assert len(checked) == FREE_BY_NAME

    for minute in range(1, 30):
        storm(NOW + minute * MINUTE)
    assert FREE_BY_NAME + 5 < len(checked) < FREE_BY_NAME + 20

    assert attempt("password", address=THERE, now=NOW + 29 * MINUTE + NAME_REST) == "vera"


def test_who_has_signed_in_from_an_address_is_not_locked_out_by_others():
    assert attempt("password", address=THERE) == "vera"
    for n in range(FREE_BY_NAME + 10):
        attempt(address=f"198.51.100.{n}")
    for n in range(MOST[Counted.ADDRESS] + 5):
        attempt(address=THERE, name=f"name-{n}")

    assert attempt("password", address=THERE) == "vera"
    assert attempt("password", address=HERE).startswith("Too many")
    assert [attempt(address=THERE)[:8] for _ in range(6)] == ["wrong"] * 5 + ["Too many"]


def test_an_address_is_known_for_some_time_only():
    later = NOW + KNOWN_FOR
    attempt("password", address=THERE)
    for n in range(FREE_BY_NAME + 10):
        attempt(address=f"198.51.100.{n}", now=later)

    assert attempt("password", address=THERE, now=later).startswith("Too many")


def test_each_kind_of_refusal_is_on_the_trail_once_a_series():
    for _ in range(2):
        for _ in range(9):
            attempt()
    for _ in range(9):
        attempt(name="nobody", now=NOW + MINUTE)
    for n in range(MOST[Counted.ADDRESS] + 5):
        attempt(name=f"name-{n}", now=NOW + MINUTE)
    for _ in range(9):
        attempt(now=NOW + 2 * WINDOW)

    pair = f"Too many wrong passwords for one name from one address: 5, the last from {HERE}."
    address = f"Too many wrong passwords from one address: 50, the last from {HERE}."
    assert trail() == [
        ("sign_in_refused", "person vera", pair),
        ("sign_in_refused", "a name that nobody has", pair),
        ("sign_in_refused", f"address {HERE}", address),
        ("sign_in_refused", "person vera", pair),
    ]


def test_no_row_and_no_record_keeps_what_was_typed():
    typed = "my password, in the wrong field"
    for _ in range(7):
        attempt(name=typed)

    kept = [str(row) for model in (SignInTries, AuditRecord) for row in model.objects.values()]
    assert len(kept) == 4
    assert typed not in "".join(kept)


def test_somebody_deactivated_is_counted_as_wrong():
    UserFactory.create(username="gone", is_active=False)

    assert [attempt("password", name="gone")[:8] for _ in range(6)] == ["wrong"] * 5 + ["Too many"]
