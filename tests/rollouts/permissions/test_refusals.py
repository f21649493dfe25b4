"""What happens around a refusal: it is written down, it is at once, and it leads nowhere else."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import parse_qs

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from diffs.models import Difference
from ledger import audit
from ledger.models import AuditRecord
from rollouts.models import Grant, Promotion
from rollouts.permissions.roles import Role
from rollouts.permissions.table import PERMISSIONS
from tests.rollouts.differing import difference, shown_by
from tests.rollouts.stage import load, person, signed_in, target, trail
from tests.rollouts.views.steps import standing_promotion

pytestmark = [pytest.mark.django_db]

OF_A_TIER = ("target", "tier", "promotion", "difference")
CHANGES = sorted(
    name for name, method in PERMISSIONS if method == "POST" and name.startswith(OF_A_TIER)
)


@pytest.fixture(autouse=True)
def stage():
    load()
    standing_promotion(target("kube-1").tier)
    shown_by(difference(), target("kube-1"))


def address(name: str) -> str:
    """Return an address of kube-1 or of its tier."""
    if name.startswith("tier"):
        return reverse(name, args=["routesrv", "test"])
    if name.startswith("promotion"):
        return reverse(name, args=[Promotion.objects.get().pk])
    if name.startswith("difference"):
        return reverse(name, args=[Difference.objects.get().pk])
    return reverse(name, args=[target("kube-1").pk])


def form_of_kube_1() -> dict[str, object]:
    """Return a form that every action would take."""
    return {"reason": "a good reason", "days": "7", "version": target("kube-1").version}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_a_viewer_tries_is_on_the_trail(name):
    client = signed_in(person("vera", Role.VIEWER))

    response = client.post(address(name), form_of_kube_1())

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert [(action, who) for action, _, who in trail()] == [
        (f"{name.replace('-', '_')}_refused", "vera")
    ]
    record = AuditRecord.objects.latest("seq")
    assert record.role == "viewer"
    assert re.search("needs (one of the roles|the role) [a-z]", record.reason)
    assert record.subject == address(name)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_somebody_of_another_tier_tries_names_its_target_on_the_trail(name):
    olga = person("olga", Role.OPERATOR, Role.APPROVER, rollout="routesrv", tier="production")
    client = signed_in(olga)

    response = client.post(address(name), form_of_kube_1())

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert re.search(
        "In tier test this needs (one of the roles|the role) [a-z]", response.content.decode()
    )
    what = {
        "tier": "tier routesrv/test",
        "target": "target routesrv/test/aws:1:eu:kube-1",
        "promotion": f"promotion {Promotion.objects.get().name} routesrv/test",
        "difference": f"difference {Difference.objects.get().name} routesrv",
    }[name.partition("-")[0]]
    assert trail() == [(f"{name.replace('-', '_')}_refused", what, "olga")]
    assert target("kube-1").set_aside_until is None


def test_a_refusal_that_cannot_be_written_down_is_no_answer(monkeypatch):
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(audit, "record", broken)
    client = signed_in(person_without_trail("vera"))

    with pytest.raises(RuntimeError, match="no room"):
        client.post(address("target-look"))


def person_without_trail(name: str) -> User:
    """Return somebody without a role."""
    return User.objects.create(username=name)


def test_reading_what_one_may_not_read_is_refused_without_a_record():
    client = signed_in(person("nina"))

    assert client.get(address("target")).status_code == HTTPStatus.FORBIDDEN
    assert trail() == []


def test_a_stranger_leaves_nothing_on_the_trail_and_is_not_sent_back_to_the_change():
    client = signed_in(None)

    response = client.post(address("target-set-aside"), form_of_kube_1())

    assert (response.status_code, response["Location"]) == (HTTPStatus.FOUND, reverse("sign-in"))
    assert trail() == []


def test_a_stranger_comes_back_to_the_page_after_signing_in():
    page = f"{address('target-differences')}?kind=filter&d=3"

    response = signed_in(None).get(page)

    path, _, query = response["Location"].partition("?")
    assert path == reverse("sign-in")
    assert parse_qs(query) == {"next": [page]}


def test_a_deactivated_person_is_refused_with_the_very_next_request():
    user = person("olga", Role.OPERATOR)
    client = signed_in(user)
    assert client.get(reverse("overview")).status_code == HTTPStatus.OK

    User.objects.filter(pk=user.pk).update(is_active=False)

    assert client.get(reverse("overview"))["Location"].startswith(reverse("sign-in"))
    assert client.post(address("target-look"))["Location"] == reverse("sign-in")


def test_a_role_that_was_taken_is_gone_with_the_very_next_request():
    user = person("olga", Role.OPERATOR)
    client = signed_in(user)
    assert client.post(address("target-look")).status_code == HTTPStatus.FOUND

    Grant.objects.filter(user=user).delete()

    assert client.post(address("target-look")).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "name", [name for name, method in PERMISSIONS if method == "POST" and name != "demo-sign-in"]
)
@pytest.mark.parametrize("who", ["olga", ""])
def test_no_form_is_taken_without_its_token(name, who):
    client = signed_in(person("olga", *Role) if who else None, csrf=True)
    number = [1] if name.startswith("rule-") and name != "rule-new" else []  # of any row, or none
    path = address(name) if name in CHANGES else reverse(name, args=number)

    response = client.post(path, form_of_kube_1() | {"username": "olga", "password": "x"})

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "This form is too old" in response.content.decode()
    assert trail() == []
    assert target("kube-1").version == 1


def test_an_address_typed_with_hidden_characters_is_kept_readable(settings):
    settings.ROOT_URLCONF = "tests.rollouts.permissions.odd_urls"
    client = signed_in(person("vera", Role.VIEWER))

    response = client.post("/odd/%E2%80%AEtxt%00" + "x" * 400)

    assert response.status_code == HTTPStatus.FORBIDDEN
    ((action, subject, _),) = trail()
    assert action == "odd_refused"
    assert (
        subject == ("/odd/\N{REPLACEMENT CHARACTER}txt\N{REPLACEMENT CHARACTER}" + "x" * 400)[:300]
    )
