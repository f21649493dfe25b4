"""Who is offered which form, what a look asks for, and where a form leads back to."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import reverse

from diffs.models import SourceState
from ledger.clock import database_now
from rollouts.models import Target
from rollouts.permissions.roles import Role
from tests.rollouts.stage import person, signed_in, stand, target
from tests.rollouts.views.shown import page, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stage")]


def test_a_look_asked_for_is_due_at_once_whatever_the_back_off_says():
    one = target("kube-1")
    later = database_now() + timedelta(minutes=15)
    SourceState.objects.filter(source=one.source).update(next_look_at=later, failures=5)
    client = signed_in(person("alice", Role.REQUESTER))

    response = client.post(reverse("target-look", args=[one.pk]), follow=True)

    state = SourceState.objects.get(source=one.source)
    assert state.next_look_at <= database_now()
    assert state.failures == 5
    assert "A look was asked for at kube-1." in response.content.decode()


def test_a_look_at_a_tier_is_one_at_each_of_its_targets_and_no_other():
    later = database_now() + timedelta(minutes=15)
    SourceState.objects.update(next_look_at=later)
    client = signed_in(person("alice", Role.REQUESTER))

    response = client.post(reverse("tier-look", args=["routesrv", "test"]), follow=True)

    due = SourceState.objects.filter(next_look_at__lt=later)
    keys = due.values_list("source__target__rollout__key", "source__target__cluster__alias")
    assert set(keys) == {("routesrv", "kube-1"), ("routesrv", "kube-2")}
    assert "A look was asked for at all of test: 2." in response.content.decode()


@pytest.mark.parametrize("name", ["set-aside", "return", "acknowledge", "look"])
def test_a_target_that_left_the_fleet_has_no_forms(bob, name):
    one = target("kube-1")
    Target.objects.filter(pk=one.pk).update(removed_at=database_now())

    response = bob.post(reverse(f"target-{name}", args=[one.pk]), {"version": 1})

    assert response.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.VIEWER, set()),
        (Role.REQUESTER, {"look"}),
        (Role.APPROVER, {"look", "set-aside", "acknowledge"}),
        (Role.OPERATOR, {"look", "set-aside", "acknowledge"}),
    ],
)
def test_the_page_offers_each_role_what_it_may_do(role, may):
    stand(target("kube-1"), "suspect", side="shadow")

    shown = page(signed_in(person("pat", role)))

    path = reverse("target", args=[target("kube-1").pk])
    offered = {name for name in ("look", "set-aside", "acknowledge") if f"{path}{name}/" in shown}
    assert offered == may


@pytest.mark.parametrize("name", ["look", "set-aside"])
def test_a_form_of_the_tier_leads_back_to_it(bob, name):
    here = f"{reverse('tier', args=['routesrv', 'test'])}?state=differs&page=2"

    response = post(bob, name, reason="moved away", days="7", version=1, next=here)

    assert (response.status_code, response["Location"]) == (HTTPStatus.FOUND, here)


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example.org/",
        "//evil.example.org/",
        "///evil.example.org/",
        "/\\evil.example.org/",
        "\\\\evil.example.org",
        "http:///evil.example.org",
        "javascript:alert(1)",
        " //evil.example.org",
        "\x08//evil.example.org",
        "/ok\r\nSet-Cookie: a=b",
        "http://testserver.evil.example.org/",
        "http://testserver@evil.example.org/",
    ],
)
def test_no_form_leads_to_another_site(bob, evil):
    response = post(bob, "look", next=evil)

    assert response.status_code == HTTPStatus.FOUND
    where = urljoin("http://testserver/targets/1/look/", response["Location"])
    assert urlsplit(where).netloc == "testserver"
    assert "Set-Cookie" not in response.headers
    assert "\n" not in response["Location"]
