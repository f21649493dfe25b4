"""What every answer carries: a content policy without inline code, no sniffing, no frame."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from rollouts.permissions.roles import Role
from tests.rollouts.stage import collector_beats, differ, load, person, signed_in, stand, target

pytestmark = [pytest.mark.django_db]

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals=.js:",
    re.IGNORECASE,
)


@pytest.fixture
def answers() -> dict[str, Any]:
    """Every kind of answer: pages, parts, redirects, refusals, errors."""
    load()
    collector_beats()
    one = target("kube-1")
    stand(one, "different", differences=1)
    differ(one, "kube_shop")
    olga, nina = signed_in(person("olga", Role.OPERATOR)), signed_in(person("nina"))
    nobody = signed_in(None)
    strict = signed_in(person("olga"), csrf=True)
    page = reverse("target", args=[one.pk])
    form = {"reason": "", "days": "7", "version": 1}
    return {
        "overview": olga.get("/"),
        "tier": olga.get(reverse("tier", args=["routesrv", "test"])),
        "target": olga.get(page),
        "differences": olga.get(f"{page}differences/"),
        "part": olga.get(page, headers={"HX-Request": "true", "HX-Target": "target"}),
        "frame": olga.get(reverse("frame")),
        "health": nobody.get(reverse("healthz")),
        "sign-in": nobody.get(reverse("sign-in")),
        "redirect": nobody.get("/"),
        "wrong form": olga.post(f"{page}set-aside/", form),
        "conflict": olga.post(f"{page}set-aside/", form | {"reason": "a reason", "version": 9}),
        "refused": nina.get("/"),
        "no token": strict.post(f"{page}look/"),
        "not found": olga.get("/nope/"),
        "no such method": olga.delete("/"),
        "wrong password": nobody.post(reverse("sign-in"), {"username": "x", "password": "y"}),
    }


def test_every_answer_has_a_content_policy_without_inline_code(answers):
    for name, answer in answers.items():
        policy = dict(
            part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'", (
            name
        )
        assert "unsafe" not in str(policy)


def test_every_answer_may_neither_be_sniffed_nor_framed_nor_told_elsewhere(answers):
    for name, answer in answers.items():
        found = {
            header: answer.headers.get(header)
            for header in ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy")
        }
        assert found == {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
        }, name


def test_no_answer_holds_inline_code(answers):
    found = {
        name: INLINE.findall(answer.content.decode())
        for name, answer in answers.items()
        if answer.get("Content-Type", "").startswith("text/html")
    }

    assert not {name: pieces for name, pieces in found.items() if pieces}
    assert len(found) >= 12


def test_each_answer_has_its_status(answers):
    wanted = {
        "redirect": HTTPStatus.FOUND,
        "wrong form": HTTPStatus.UNPROCESSABLE_ENTITY,
        "conflict": HTTPStatus.CONFLICT,
        "refused": HTTPStatus.FORBIDDEN,
        "no token": HTTPStatus.FORBIDDEN,
        "not found": HTTPStatus.NOT_FOUND,
        "no such method": HTTPStatus.METHOD_NOT_ALLOWED,
    }

    assert {name: answer.status_code for name, answer in answers.items()} == {
        name: wanted.get(name, HTTPStatus.OK) for name in answers
    }


def test_an_answer_to_a_person_is_kept_by_no_cache_in_between(answers):
    for name in ("overview", "tier", "target", "differences", "part", "frame", "conflict"):
        assert re.search("no-store|private", answers[name]["Cache-Control"]), name


def test_cookies_are_out_of_reach_for_scripts_and_other_sites():
    load()
    user = person("alice", Role.REQUESTER)
    user.set_password("correct horse battery staple")
    user.save()
    client = signed_in(None)
    client.get(reverse("sign-in"))
    client.post(
        reverse("sign-in"), {"username": "alice", "password": "correct horse battery staple"}
    )
    client.post(reverse("target-look", args=[target("kube-1").pk]))

    names = {django_settings.SESSION_COOKIE_NAME, django_settings.CSRF_COOKIE_NAME}
    assert names == set(client.cookies)
    for morsel in client.cookies.values():
        assert (morsel["httponly"], morsel["samesite"]) == (True, "Lax")
        assert (morsel["path"], morsel["domain"]) == ("/", "")
