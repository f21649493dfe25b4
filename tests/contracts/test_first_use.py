"""What a fresh Penumbra says is missing: each thing with the exact line that sets it."""

from __future__ import annotations

import getpass

import pytest
from django.contrib.auth.models import User

from config import first_use
from config.first_use import what_is_missing, what_to_consider
from rollouts.fleet_file import read_fleet
from rollouts.permissions.roles import Role
from tests.rollouts.stage import FLEET, changed, person

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

PLACES = {
    "kube-1.example.org": ["10.0.0.1"],
    "kube-2.example.org": ["10.0.0.2", "fd00::2"],
    "kube-3.example.org": ["10.0.0.3"],
}
ITEMS = (
    "10.0.0.1/32:7001-7002,10.0.0.1/32:9090,10.0.0.1/32:9911,10.0.0.2/32:9090,10.0.0.2/32:9911,"
    "10.0.0.3/32:9090,10.0.0.3/32:9911,[fd00::2]/128:9090,[fd00::2]/128:9911"
)


def resolve(name: str) -> list[str]:
    """Answer as a name service that knows PLACES."""
    if name not in PLACES:
        raise OSError(name)
    return PLACES[name]


@pytest.fixture(autouse=True)
def fresh(settings, monkeypatch):
    settings.ALLOWED_ADDRESSES = ""
    monkeypatch.setattr(first_use, "resolve", resolve)


@pytest.fixture
def operator():
    user = person("olga", Role.OPERATOR)
    user.set_password("correct horse battery")
    user.save()
    return user


def missing(text: str = FLEET) -> list[str]:
    """Return the paragraphs for a fleet file."""
    return what_is_missing(read_fleet(text.encode(), name="fleet.yaml"))


def test_the_allow_list_of_the_file_is_one_exact_line(operator):
    assert missing() == [
        "Workers reach only addresses that you allow, and some of this file are not yet:\n"
        f"  export PENUMBRA_ALLOWED_ADDRESSES='{ITEMS}'"
    ]


def test_what_is_allowed_already_stays_and_only_what_is_missing_is_added(operator, settings):
    settings.ALLOWED_ADDRESSES = "10.0.0.1/32:1-9999, 10.0.0.2/32:9090, [fd00::]/8:9090-9911"

    (paragraph,) = missing()

    assert paragraph.endswith(
        "ADDRESSES='10.0.0.1/32:1-9999,10.0.0.2/32:9090,[fd00::]/8:9090-9911,"
        "10.0.0.2/32:9911,10.0.0.3/32:9090,10.0.0.3/32:9911'"
    )


def test_nothing_is_missing_once_that_line_is_set(operator, settings):
    settings.ALLOWED_ADDRESSES = ITEMS

    assert missing() == []


def test_a_port_between_two_allowed_ones_is_not_allowed_by_them(operator, settings):
    side = '"http://{alias}.example.org:7002/routes"'
    text = changed(side, f'{side}, metrics: "http://{{alias}}.example.org:7003/metrics"')
    settings.ALLOWED_ADDRESSES = ITEMS.replace(":7001-7002,", ":7001,10.0.0.1/32:7003,")

    (paragraph,) = missing(text)

    assert paragraph.endswith(",10.0.0.1/32:7001-7003'")


def test_a_list_that_cannot_be_read_is_told_with_its_mend(operator, settings):
    settings.ALLOWED_ADDRESSES = "10.0.0.0/8"

    (paragraph,) = missing()

    assert "'10.0.0.0/8' in PENUMBRA_ALLOWED_ADDRESSES must read NETWORK:PORT" in paragraph


def test_names_without_an_address_are_told(operator, settings, monkeypatch):
    settings.ALLOWED_ADDRESSES = ITEMS
    monkeypatch.delitem(PLACES, "kube-3.example.org")

    (paragraph,) = missing()

    assert paragraph.startswith(
        "1 names of the file have no address from this machine: kube-3.example.org."
    )
    assert "getent hosts NAME" in paragraph


def test_without_anybody_two_lines_make_the_first_operator(settings):
    settings.ALLOWED_ADDRESSES = ITEMS
    name = getpass.getuser()

    assert missing() == [
        "Nobody could sign in: make yourself the first operator.\n"
        f"  {settings.MANAGE} grant operator {name}\n"
        f"  {settings.MANAGE} changepassword {name}"
    ]


def test_an_operator_without_a_password_is_told_to_set_one(settings):
    settings.ALLOWED_ADDRESSES = ITEMS
    person("olga", Role.OPERATOR)

    assert missing() == [
        "Nobody could sign in: make yourself the first operator.\n"
        f"  {settings.MANAGE} changepassword olga"
    ]


def test_a_deactivated_operator_is_none(settings, operator):
    settings.ALLOWED_ADDRESSES = ITEMS
    User.objects.update(is_active=False)

    (paragraph,) = missing()

    assert "grant operator" in paragraph


def test_an_account_without_a_name_still_gets_its_lines(settings, monkeypatch):
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 10001")

    settings.ALLOWED_ADDRESSES = ITEMS
    monkeypatch.setattr(getpass, "getuser", nobody)

    (paragraph,) = missing()

    assert "manage.py grant operator operator\n" in paragraph


def test_a_made_up_key_and_base_url_are_for_trying_only(settings, tmp_path):
    settings.SECRET_KEY_IS_GIVEN = settings.BASE_URL_IS_GIVEN = False
    settings.FOLDER = tmp_path / "var"
    settings.SLACK_WEBHOOK = "https://hooks.example.org/x"

    key, base = what_to_consider()

    line = key.splitlines()[-1]
    assert line.startswith("  export PENUMBRA_SECRET_KEY=")
    assert len(line.partition("=")[2]) == 64
    assert "var/secret_key" in key
    assert base.splitlines()[-1] == "  export PENUMBRA_BASE_URL=https://penumbra.example.org"


def test_what_is_given_is_not_asked_for(settings):
    settings.SECRET_KEY_IS_GIVEN = settings.BASE_URL_IS_GIVEN = True
    settings.SLACK_WEBHOOK = "https://hooks.example.org/x"

    assert what_to_consider() == []


@pytest.mark.parametrize("name", ["PENUMBRA_SLACK_WEBHOOK", "PENUMBRA_MAIL_HOST"])
def test_where_nobody_is_told_it_is_said_with_the_lines_that_mend_it(settings, name):
    settings.SECRET_KEY_IS_GIVEN = settings.BASE_URL_IS_GIVEN = True

    (paragraph,) = what_to_consider()

    assert paragraph.startswith("Nobody is told")
    assert f"\n  export {name}=" in paragraph
