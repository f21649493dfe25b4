"""A dead collector overrides every status, on every page, also on one that is open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from diffs.models import SourceState
from ledger.clock import database_now
from rollouts.models import Target
from rollouts.permissions.roles import Role
from tests.rollouts.stage import collector_beats, load, person, signed_in, stand, target
from tests.rollouts.views.shown import marks, page

pytestmark = [pytest.mark.django_db]

BLIND = {
    "unreachable: 1 not looked at",
    "unreachable: 2 not looked at",
    "unreachable: not looked at",
    "unreachable: not looked at, was differs",
    "unreachable: not looked at, was clean",
}


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


@pytest.mark.parametrize("name", ["overview", "tier", "target", "target-differences"])
def test_while_nobody_looks_no_state_is_shown_as_if_it_held(vera, name):
    for one in Target.objects.select_related("source"):
        stand(one, "different" if one == target("kube-2") else "equal", total=3)
    collector_beats(seconds_ago=31)

    shown = page(vera, name, "kube-2" if name.startswith("target") else "kube-1")

    part = name.removeprefix("target-")
    main = shown.partition(f'id="{part}"')[2].partition('class="facets"')[0]
    chips = set(marks(main.partition('class="heat"')[0]))
    assert chips <= BLIND
    assert "unreachable: not looked at, was differs" in chips
    assert 'rect class="is-clean"' not in main
    assert "ring is-clean" not in main


def test_what_was_seen_last_stays_told_while_nobody_looks(vera):
    stand(target("kube-1"), "different", sentence="3 routes differ.")
    collector_beats(seconds_ago=31)

    assert "Nobody looks at present. Seen last: 3 routes differ." in page(vera)
    assert "3 routes differ." in page(vera, "overview").partition("Asking for a person")[2]


def test_while_nobody_looks_nothing_that_was_fine_is_called_fine(vera):
    for one in Target.objects.select_related("source"):
        stand(one)
    assert "Nobody has to look" in page(vera, "overview")

    collector_beats(seconds_ago=31)
    shown = page(vera, "overview")

    assert "Nobody has to look" not in shown
    assert "nobody looks, so nothing is judged" in shown


def test_a_part_that_is_polled_learns_that_nobody_looks(vera):
    stand(target("kube-1"))
    path = reverse("target", args=[target("kube-1").pk])
    headers = {"HX-Request": "true", "HX-Target": "target"}
    etag = vera.get(path, headers=headers)["ETag"]
    collector_beats(seconds_ago=31)

    part = vera.get(path, headers=headers | {"If-None-Match": etag}).content.decode()

    assert "not looked at, was clean" in part


def test_a_look_that_did_not_come_is_overdue(vera):
    due_at = database_now() - timedelta(minutes=5)
    stand(target("kube-1"), next_look_at=due_at)

    assert f">overdue since {due_at:%H:%M} UTC, 5 min" in page(vera)


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
