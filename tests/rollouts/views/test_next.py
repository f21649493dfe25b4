"""Where a form leads to when it is done: to the page it says, if that is one of this site."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from demo.cast import make_people
from demo.people import PEOPLE
from rollouts.permissions.roles import Role
from rollouts.views.parameters import own_path
from tests.rollouts.stage import load, person, signed_in, target
from tests.rollouts.views.fields import Page

pytestmark = [pytest.mark.django_db]

PASSWORD = "correct horse battery staple"
EVIL = [
    "//evil.example.org/",
    "///evil.example.org",
    "/\\evil.example.org",
    "\\\\evil.example.org",
    "\\/evil.example.org",
    "/\t/evil.example.org",
    "/\n/evil.example.org",
    "/\r\\evil.example.org",
    "\x00//evil.example.org",
    "/\x00/evil.example.org",
    "\t//evil.example.org",
    " //evil.example.org",
    "/\u2028/evil.example.org",
    "/\u202eevil",
    "https://evil.example.org/",
    "https:evil.example.org",
    "https:/evil.example.org",
    "http:///evil.example.org",
    "http://testserver/",
    "http://testserver@evil.example.org/",
    "ftp://testserver/",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil",
    "evil.example.org/",
    "?next=//evil.example.org",
    "#evil",
    "\udcff/evil",
]
GOOD = ["/", "/targets/1/?q=%2F%2Fx&d=3", "/rollouts/a/b/?state=differs#row", "/a//b", "/ä"]


@pytest.fixture(autouse=True)
def vera(settings) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a quick one
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.rollouts.permissions.demo_urls"
    load()
    make_people(PEOPLE)
    user = person("vera", Role.VIEWER, Role.REQUESTER)
    user.set_password(PASSWORD)
    user.save()
    return user


def by_password(client: Client, page: str) -> str:
    """Sign in by the form as it stands on the page that `page` leads to."""
    return _sent(client, "sign-in", reverse("sign-in"), page, username="vera", password=PASSWORD)


def by_a_click(client: Client, page: str) -> str:
    """Sign in as dave of the demo."""
    return _sent(client, "demo-sign-in", reverse("demo-sign-in", args=["dave"]), page)


def _sent(client: Client, name: str, path: str, page: str, **typed: str) -> str:
    """Fill in the form that leads to `name` on the sign-in page, and return where it leads."""
    shown = Page(client, page)
    fields = next(form.fields for form in shown.forms if form.leads_to == name)
    return client.post(path, {**fields, **typed})["Location"]


@pytest.mark.parametrize("way", [by_password, by_a_click])
def test_signing_in_leads_to_the_page_that_was_asked_for(way):
    page = f"{reverse('target-differences', args=[target('kube-1').pk])}?q=a%20b&d=3"
    client = signed_in(None)
    sign_in_first = client.get(page)["Location"]

    assert sign_in_first.startswith(reverse("sign-in"))
    assert way(client, sign_in_first) == page
    assert client.get(page).status_code == HTTPStatus.OK


@pytest.mark.parametrize("way", [by_password, by_a_click])
def test_signing_in_without_a_wish_leads_to_the_overview(way):
    assert way(signed_in(None), reverse("sign-in")) == reverse("overview")


@pytest.mark.parametrize("evil", EVIL[:-1])  # a test client cannot even send the last one
def test_nothing_leads_to_another_site(vera, evil):
    password = {"username": "vera", "password": PASSWORD}
    look = reverse("target-look", args=[target("kube-1").pk])
    answers = [
        signed_in(None).post(reverse("sign-in"), {**password, "next": evil}),
        signed_in(None).post(reverse("sign-in", query={"next": evil}), password),
        signed_in(None).post(reverse("demo-sign-in", args=["dave"]), {"next": evil}),
        signed_in(vera).get(reverse("sign-in"), {"next": evil}),
        signed_in(vera).post(look, {"next": evil}),
    ]

    for answer in answers:
        assert answer.status_code == HTTPStatus.FOUND
        assert answer["Location"] in {reverse("overview"), look.removesuffix("look/")}
        assert urlsplit(urljoin("http://testserver/", answer["Location"])).netloc == "testserver"


@pytest.mark.parametrize("evil", EVIL)
def test_what_leads_elsewhere_is_no_path_of_ours(evil):
    assert own_path(evil) == ""
    assert own_path(None) == ""


@pytest.mark.parametrize("path", GOOD)
def test_a_path_of_ours_is_kept_as_it_is(path):
    assert own_path(path) == path


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/?next=/sign-in/", "/sign-in/?x"])
def test_the_way_in_does_not_lead_to_itself(vera, path):
    assert signed_in(vera).get("/sign-in/", {"next": path})["Location"] == reverse("overview")
    assert by_password(signed_in(None), path) == reverse("overview")
