"""Whatever stands in an address, an answer comes that is no error of ours."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.urls import reverse

from rollouts.permissions.roles import Role
from tests.rollouts.stage import collector_beats, differ, load, person, signed_in, stand, target

pytestmark = [pytest.mark.django_db]

GARBAGE = [
    "", " ", "-1", "0", "1e9", "9" * 40, "\u0661", "x" * 5000, "\x00", "a\x00b", "\ufffe", "%", "_",
    "'\"",
    "<script>alert(1)</script>", "'; DROP TABLE rollouts_target; --", "../../etc/passwd", "\u202e",
    "{{ 7|add:7 }}", "state", "name\r\nSet-Cookie: a=b", "[]", "null", "differs", "\\",
]  # fmt: skip


@pytest.fixture
def vera():
    load()
    collector_beats()
    stand(target("kube-1"), "different", differences=1)
    differ(target("kube-1"), "kube_shop__orders")
    return signed_in(person("vera", Role.VIEWER))


@pytest.mark.parametrize("parameter", ["state", "q", "sort", "page", "view", "unknown"])
def test_a_tier_takes_any_parameter(vera, parameter):
    path = reverse("tier", args=["routesrv", "test"])

    answers = {vera.get(path, {parameter: text}).status_code for text in GARBAGE}

    assert answers == {HTTPStatus.OK}


@pytest.mark.parametrize("parameter", ["q", "kind", "page", "d", "view", "unknown"])
def test_differences_take_any_parameter(vera, parameter):
    path = reverse("target-differences", args=[target("kube-1").pk])

    answers = {vera.get(path, {parameter: text}).status_code for text in GARBAGE}

    assert answers == {HTTPStatus.OK}


@pytest.mark.parametrize("path", ["/", "/targets/{}/"])
def test_pages_without_parameters_take_them_as_well(vera, path):
    path = path.format(target("kube-1").pk)

    assert {vera.get(path, {"x": text}).status_code for text in GARBAGE} == {HTTPStatus.OK}


@pytest.mark.parametrize(
    "path",
    [
        "/targets/0/",
        "/targets/999999/",
        f"/targets/{2**63}/",
        f"/targets/{10**40}/differences/",
        "/targets/-1/",
        "/targets/1e3/",
        "/targets/%00/",
        "/rollouts/routesrv/%00/",
        "/rollouts/%00/test/",
        "/rollouts/routesrv/test%00/",
        "/rollouts/routesrv/nope/",
        "/rollouts/nope/test/",
        "/rollouts/cache/production/",
        "/rollouts/%27%3B/%3Cscript%3E/",
        "/rollouts/" + "x" * 5000 + "/test/",
        "/nope/",
        "/%2e%2e/",
    ],
)
def test_an_address_of_nothing_is_not_found(vera, path):
    response = vera.get(path)

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert "There is no such page" in response.content.decode()


@pytest.mark.parametrize("text", GARBAGE)
def test_signing_in_takes_any_name(text):
    form = {"username": text, "password": text, "next": text}

    response = signed_in(None).post(reverse("sign-in"), form)

    assert response.status_code == HTTPStatus.OK
    assert "_auth_user_id" not in response.client.session


@pytest.mark.parametrize("text", ["", "x" * 32, "a" * 5000, "'; --" * 4])
def test_any_cookie_is_nobody(vera, text):
    client = signed_in(None)
    client.cookies["penumbra"] = text

    assert client.get("/").status_code == HTTPStatus.FOUND
