"""Doubts from a look to a person and back: a failed self-test, a table that shrank or emptied."""

from __future__ import annotations

import pytest
from django.urls import reverse

from diffs import self_test
from diffs.models import SelfTest
from diffs.operations.run_self_test import run_self_test
from diffs.report import Report
from diffs.versions import BUILD
from ledger.clock import database_now
from ledger.models import AuditRecord
from rollouts.models import Target
from tests.diffs.watched import Watched
from tests.rollouts.stage import target
from tests.rollouts.views.shown import page
from tests.servers.pair import some_routes, two_sides

pytestmark = [pytest.mark.django_db]

BANNER = "No verdict is trusted"


@pytest.fixture
def watched(stage, settings):
    """kube-1 over two servers that agree, looked at once."""
    settings.ALLOWED_ADDRESSES = "127.0.0.0/8:1024-65535"
    with two_sides() as pair:
        watched = Watched.over(pair)
        watched.now = database_now()
        Target.objects.filter(pk=target("kube-1").pk).update(source=watched.source)
        assert watched.look(after=0) == "equal"
        yield watched


@pytest.fixture
def blind(watched, monkeypatch):
    """The comparer finds nothing, whatever differs."""
    with monkeypatch.context() as patch:
        patch.setattr(self_test, "compare", lambda left, _: Report(left.routes, left.routes))
        run_self_test(now=watched.now)
    return watched


@pytest.mark.parametrize("name", ["overview", "tier", "target"])
def test_a_failed_self_test_stands_over_every_page_until_one_passes(blind, vera, name):
    shown = page(vera, name)

    assert BANNER in shown
    assert "The self-test changed one thing" in shown
    assert BANNER in vera.get(reverse("frame")).content.decode()

    run_self_test(now=blind.now)
    assert BANNER not in page(vera, name)


def test_the_next_look_is_untrusted_and_so_is_the_target(blind, vera):
    assert blind.look(after=1) == "untrusted"

    assert "No verdict of this build counts until a self-test passes." in page(vera)
    assert blind.state.last_good_at is None


def test_what_another_build_failed_on_is_no_alarm(vera):
    SelfTest.objects.filter(build=BUILD).delete()
    SelfTest.objects.create(build="older", at=database_now(), failure="It found nothing.")

    assert BANNER not in page(vera)


@pytest.mark.parametrize("left", [7, 1])
def test_a_table_that_shrank_waits_for_a_person_with_a_reason(watched, bob, left):
    one = target("kube-1")
    watched.pair.say(some_routes(left))
    assert watched.look() == watched.look() == "suspect"
    shown = page(bob)
    assert f"The legacy side shrank from 10 routes to {left}" in shown
    assert "Acknowledge the table" in shown
    path = reverse("target-acknowledge", args=[one.pk])
    form = {"version": one.version, "routes": left}

    assert bob.post(path, {**form, "reason": ""}).status_code == 422
    assert watched.look() == "suspect"
    for _ in ("legacy", "shadow"):  # both sides shrank: each is a doubt of its own
        assert bob.post(path, {**form, "reason": "shop moved to kube-9"}).status_code == 302
        form["version"] = target("kube-1").version
        outcome = watched.look()

    assert outcome == "equal"
    assert "Acknowledge the table" not in page(bob)
    acknowledged = AuditRecord.objects.filter(action="table_acknowledged")
    assert {record.reason for record in acknowledged} == {"shop moved to kube-9"}
    assert acknowledged.count() == 2
