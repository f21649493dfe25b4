"""Whoever serves pages tells of a dead collector, and serves them in any case."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from ledger.models import Outbox
from rollouts.models import ToldSilence
from rollouts.permissions.roles import Role
from tests.rollouts.stage import collector_beats, load, person, signed_in

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def client():
    load()
    return signed_in(person("vera", Role.VIEWER))


@pytest.mark.parametrize("path", ["/", "/healthz"])
def test_a_page_and_the_health_check_tell_of_a_dead_collector_once(client, path):
    collector_beats(seconds_ago=40)

    for _ in range(3):
        assert client.get(path).status_code == 200

    assert Outbox.objects.filter(kind="notice").count() == 1


@pytest.mark.parametrize("path", ["/", "/healthz"])
def test_nothing_is_told_while_somebody_looks(client, path):
    collector_beats(seconds_ago=5)

    client.get(path)

    assert not Outbox.objects.filter(kind="notice").exists()
    assert not ToldSilence.objects.exists()


@pytest.mark.parametrize("path", ["/", "/healthz"])
def test_a_database_that_takes_no_notice_still_gives_the_page(client, path, monkeypatch, caplog):
    def busy(**_more):
        raise OperationalError("locked")

    collector_beats(seconds_ago=40)
    monkeypatch.setattr("rollouts.views.silence.tell_collector", busy)

    assert client.get(path).status_code == 200
    assert "silence_not_told" in caplog.text
