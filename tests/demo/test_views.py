"""The demo's mail and Slack in the browser: what was sent, newest first, and only as text."""

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPStatus

import pytest
from django.urls import NoReverseMatch, reverse

from demo.sinks.kept import Kept
from rollouts.notifiers.email import message_of
from rollouts.notifiers.slack import payload_of
from rollouts.permissions.roles import Role
from tests.rollouts.notifiers.telling import HOSTILE, NOTICE, OPENING, hostile
from tests.rollouts.stage import collector_beats, load, person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

SITE = "https://penumbra.example.org"


@pytest.fixture
def sinks(settings, tmp_path):
    """The demo, with a folder of its own and nothing told yet."""
    settings.DEMO = True
    settings.FOLDER = tmp_path
    settings.BASE_URL = SITE
    settings.ROOT_URLCONF = "tests.rollouts.permissions.demo_urls"
    load()
    collector_beats()
    return {name: Kept(tmp_path / "sinks" / name) for name in ("mail", "slack")}


def send(sinks, notice):
    """Let a notice come to both sinks as the notifiers write it."""
    letter = message_of(notice, to="bob@demo.example", sender="p@demo.example", site=SITE)
    sinks["mail"].keep(letter.message().as_bytes(linesep="\r\n"))
    sinks["slack"].keep(json.dumps(payload_of(notice)).encode())


def page(name):
    return signed_in(person("vera", Role.VIEWER)).get(reverse(name)).content.decode()


@pytest.mark.parametrize("name", ["demo-mail", "demo-slack"])
def test_shows_what_was_told_newest_first_with_its_link(sinks, name):
    assert "Nothing was told yet" in page(name)
    send(sinks, OPENING)
    send(sinks, NOTICE)

    shown = page(name)

    assert shown.count('<article class="card message') == 2
    for told in ("bob approved shadow → exec", "Asked by: alice", NOTICE.sentence):
        assert shown.count(told.replace(">", "&gt;")) == 2
    assert shown.count(f'<a href="{NOTICE.link}">') == 2
    if name == "demo-mail":
        assert shown.index("is-reply") < shown.rindex("<article")
        assert shown.count("bob@demo.example") == 2


@pytest.mark.parametrize("name", ["demo-mail", "demo-slack"])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_strangers_text_is_only_text(sinks, name, text):
    send(sinks, hostile(text))

    shown = page(name)

    for tag in ("<script>alert", "<img", "<!channel", "<@U0EVE", 'href="https://evil'):
        assert tag not in shown
    assert shown.count('<article class="card message') == 1


def test_one_message_to_several_people_is_shown_once_with_all_of_them(sinks):
    for name in ("team", "bob", "carol"):
        to = f"{name}@demo.example"
        letter = message_of(NOTICE, to=to, sender="p@demo.example", site=SITE)
        sinks["mail"].keep(letter.message().as_bytes(linesep="\r\n"))

    shown = page("demo-mail")

    assert shown.count('<article class="card message') == 1
    assert "team@demo.example, bob@demo.example, carol@demo.example" in shown


@pytest.mark.parametrize("name", ["demo-mail", "demo-slack"])
def test_only_pages_of_this_site_are_links(sinks, name):
    send(sinks, replace(NOTICE, sentence="https://evil.example/x", link="https://evil.example/y"))

    shown = page(name)

    assert "https://evil.example/x" in shown
    assert 'href="https://evil' not in shown


@pytest.mark.parametrize("garbage", [b"", b"\xff\x00", b"[]", b"null", b'{"blocks": {"text": 1}}'])
def test_whatever_else_came_is_no_fault_of_the_page(sinks, garbage):
    for sink in sinks.values():
        sink.keep(garbage)

    for name in ("demo-mail", "demo-slack"):
        assert '<article class="card message' in page(name)


def test_both_stand_in_the_bar_of_the_demo_alone(sinks, settings):
    shown = page("overview")
    assert f'href="{reverse("demo-mail")}"' in shown
    assert f'href="{reverse("demo-slack")}"' in shown

    settings.DEMO = False
    assert "/demo/" not in page("overview")


def test_outside_the_demo_there_are_no_such_pages():
    load()
    client = signed_in(person("vera", Role.VIEWER))

    for path in ("/demo/mail/", "/demo/slack/"):
        assert client.get(path).status_code == HTTPStatus.NOT_FOUND
    with pytest.raises(NoReverseMatch):
        reverse("demo-mail")
