"""A dead collector overrides every status, on every page, also on one that is open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from diffs.models import SourceState
from ledger.clock import database_now
from rollouts.models import Target
from rollouts.permissions.roles import Role
from tests.rollouts.stage import (
    collector_beats,
    load,
    person,
    signed_in,
    stand,
)
from tests.rollouts.views.shown import page

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def vera():
    load()
    collector_beats()
    return signed_in(person("vera", Role.VIEWER))


@pytest.mark.parametrize("name", ["overview", "tier", "target", "target-differences"])
@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "No worker has started yet"), (45, "No worker has handed out a look for 4")],
)
def test_a_dead_collector_stands_over_every_page(name, seconds, words):
    load()
    for one in Target.objects.select_related("source"):
        stand(one)
    if seconds:
        collector_beats(seconds_ago=seconds)
    vera = signed_in(person("vera", Role.VIEWER))

    shown = page(vera, name)

    assert words in shown.partition('id="strips"')[2].partition("<main")[0]
    assert "is-blind" in shown.partition("<body")[2].partition(">")[0]
    assert words in vera.get(reverse("frame")).content.decode()


def test_an_open_page_learns_of_a_dead_collector_and_of_its_return(vera):
    frame = reverse("frame")
    assert f'hx-get="{frame}"' in page(vera)
    assert "No looks" not in vera.get(frame).content.decode()

    collector_beats(seconds_ago=31)
    dead = vera.get(frame).content.decode()
    collector_beats()
    alive = vera.get(frame).content.decode()

    assert "No looks" in dead
    assert 'id="collector-pulse" hx-swap-oob="true"' in dead
    assert "is-differs" in dead
    assert "No looks" not in alive
    assert "is-clean" in alive


def test_the_pulse_tells_when_the_last_look_was(vera):
    SourceState.objects.update(last_look_at=database_now() - timedelta(seconds=61))

    assert "last look 61 s ago" in page(vera)


def test_the_health_of_the_process_needs_no_sign_in():
    collector_beats(seconds_ago=7)

    health = signed_in(None).get(reverse("healthz")).json()

    assert health["database"] == "ok"
    assert 7 <= health["seconds_since_last_tick"] < 60
