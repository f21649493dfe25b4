"""Pages and their parts: one address, an ETag that changes with what is shown, and 304 else."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from diffs.models import SourceState
from rollouts.permissions.roles import Role
from tests.rollouts.stage import collector_beats, differ, load, person, signed_in, stand, target

pytestmark = [pytest.mark.django_db]

PARTS = ("overview", "tier", "target", "target-differences")
PART_OF = {"target-differences": "differences"}


@pytest.fixture(autouse=True)
def stage():
    load()
    collector_beats()
    stand(target("kube-1"), "different", differences=1)
    differ(target("kube-1"), "kube_shop__orders")


@pytest.fixture
def vera():
    return signed_in(person("vera", Role.VIEWER))


def address(name: str) -> str:
    if name == "overview":
        return reverse(name)
    return reverse(name, args=["routesrv", "test"] if name == "tier" else [target("kube-1").pk])


def poll(client: Client, name: str, etag: str = "", **query: str):
    """Ask for a page's part as htmx does."""
    part = PART_OF.get(name, name)
    headers = {"HX-Request": "true", "HX-Target": part, "If-None-Match": etag}
    return client.get(address(name), query, headers=headers)


def timeless(text: str) -> str:
    """Return a page without the distances of its times, which tick between two answers."""
    return re.sub(r"<time .*?</time>", "<time>", text)


@pytest.mark.parametrize("name", PARTS)
def test_a_part_answers_alone_with_the_same_words_as_in_its_page(vera, name):
    page = timeless(vera.get(address(name)).content.decode())

    part = timeless(poll(vera, name).content.decode().strip())

    assert "<html" not in part
    assert part.startswith(f'<div class="stack is-wide" id="{PART_OF.get(name, name)}"')
    assert "kube-1" in part
    for line in part.splitlines():
        assert line.strip() in page


@pytest.mark.parametrize("name", PARTS)
def test_a_second_poll_that_finds_nothing_new_is_a_304_without_a_body(vera, name):
    etag = poll(vera, name)["ETag"]

    again = poll(vera, name, etag)

    assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")
    assert again["ETag"] == etag


@pytest.mark.parametrize("name", PARTS)
def test_the_etag_that_a_page_carries_saves_its_first_poll(vera, name):
    page = vera.get(address(name))

    assert page["ETag"].replace('"', "&quot;") in page.content.decode()
    assert poll(vera, name, page["ETag"]).status_code == HTTPStatus.NOT_MODIFIED


@pytest.mark.parametrize("name", PARTS)
def test_a_look_brings_a_new_answer(vera, name):
    etag = poll(vera, name)["ETag"]

    stand(target("kube-1"), "equal", differences=0, matched=119)

    assert poll(vera, name, etag).status_code == HTTPStatus.OK


@pytest.mark.parametrize("name", PARTS)
def test_mere_time_brings_a_new_answer_once_the_proof_is_too_old(vera, name):
    etag = poll(vera, name)["ETag"]

    SourceState.objects.update(last_proof_at="2026-01-01T00:00Z", last_look_at="2026-01-01T00:00Z")

    fresh = poll(vera, name, etag)
    assert fresh.status_code == HTTPStatus.OK
    assert (
        "older than 3 intervals of 60 s" in fresh.content.decode() or name == "target-differences"
    )


def test_another_page_of_a_list_is_another_answer(vera):
    etag = poll(vera, "tier")["ETag"]

    assert poll(vera, "tier", etag, q="kube-2").status_code == HTTPStatus.OK


def test_another_person_is_another_answer(vera):
    etag = poll(vera, "target")["ETag"]
    olga = signed_in(person("olga", Role.OPERATOR))

    other = poll(olga, "target", etag)

    assert other.status_code == HTTPStatus.OK
    assert "Set aside" in other.content.decode()


@pytest.mark.parametrize("name", PARTS)
def test_no_etag_of_one_person_is_another_ones(vera, name):
    victor = signed_in(person("victor", Role.VIEWER))

    assert poll(victor, name)["ETag"] != poll(vera, name)["ETag"]


@pytest.mark.parametrize("name", ["tier", "target"])
def test_a_role_given_meanwhile_brings_its_forms(vera, name):
    etag = poll(vera, name)["ETag"]

    person("vera", Role.APPROVER)

    assert "Set aside</button>" in poll(vera, name, etag).content.decode()


@pytest.mark.parametrize("part", ["", "body", "../tier", "target#x", "base"])
def test_a_part_that_does_not_exist_is_the_whole_page(vera, part):
    response = vera.get("/", headers={"HX-Request": "true", "HX-Target": part})

    assert "<html" in response.content.decode()


@pytest.mark.parametrize("name", PARTS)
def test_pages_are_kept_nowhere_and_parts_are_asked_again(vera, name):
    assert vera.get(address(name))["Cache-Control"] == "no-store"
    part = poll(vera, name)
    assert part["Cache-Control"] == "private, no-cache"
    assert {"HX-Request", "HX-Target", "Cookie"} <= set(part["Vary"].split(", "))


def test_a_part_is_refused_like_its_page():
    assert poll(signed_in(person("nina")), "target").status_code == HTTPStatus.FORBIDDEN
    assert poll(signed_in(None), "target").status_code == HTTPStatus.FOUND
