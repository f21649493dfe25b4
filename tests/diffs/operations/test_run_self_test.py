"""A build that cannot see a difference is believed in nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs import self_test
from diffs.models import Comparison, Reading, SelfTest, SideState
from diffs.operations import run_self_test as module
from diffs.operations.run_self_test import is_due, run_self_test
from diffs.report import Report
from diffs.versions import BUILD
from tests.factories import NOW
from tests.servers import answers
from tests.servers.pair import some_routes

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def blind(left, _right):
    """A comparison that finds nothing."""
    return Report(left.routes, left.routes)


def differ(watched):
    watched.pair.legacy.say(some_routes(10, r0='"http://left"'))
    watched.pair.shadow.say(some_routes(10, r0='"http://right"'))


def test_keeps_nothing_while_no_table_is_stored_yet():
    assert run_self_test(now=NOW) == ""
    assert not SelfTest.objects.exists()


def test_passes_on_a_real_stored_table(watched):
    watched.look()

    assert run_self_test(now=NOW) == ""
    assert (SelfTest.objects.get().build, SelfTest.objects.get().failure) == (BUILD, "")


@pytest.mark.parametrize(
    ("build", "ago", "due"),
    [
        (BUILD, timedelta(0), False),
        (BUILD, timedelta(minutes=59), False),
        (BUILD, timedelta(hours=1), True),
        (BUILD, timedelta(hours=-6), True),  # the clock was set back
        ("another", timedelta(0), True),
    ],
)
def test_is_due_hourly_and_whenever_this_build_was_never_tried(build, ago, due):
    SelfTest.objects.create(build=build, at=NOW - ago, failure="")

    assert is_due(now=NOW) == due


def test_a_failure_makes_every_look_untrusted_until_a_later_test_passes(watched, monkeypatch):
    watched.look()
    with monkeypatch.context() as patch:
        patch.setattr(self_test, "compare", blind)
        failure = run_self_test(now=NOW)

    assert failure.startswith("The self-test changed one thing, ")
    assert watched.look() == "untrusted"
    assert watched.state.sentence == (
        f"{failure} No verdict of this build counts until a self-test passes."
    )

    assert run_self_test(now=NOW) == ""
    assert watched.look() == "equal"


def test_a_failure_holds_for_a_target_in_mode_off_as_well(watched, monkeypatch):
    watched.look()
    watched.source.reads = "legacy"
    watched.source.save()
    monkeypatch.setattr(self_test, "compare", blind)
    run_self_test(now=NOW)

    assert watched.look() == "untrusted"


def test_a_failure_forgets_what_the_build_made_of_tables(watched, monkeypatch):
    differ(watched)
    watched.look()
    assert (Reading.objects.count(), Comparison.objects.count()) == (2, 1)
    monkeypatch.setattr(self_test, "compare", blind)

    run_self_test(now=NOW)

    assert not Reading.objects.exists()
    assert not Comparison.objects.exists()
    assert {bytes(row.lines) for row in SideState.objects.all()} == {b""}
    monkeypatch.undo()
    run_self_test(now=NOW)
    assert watched.look(after=7) == "different"


def test_a_self_test_that_breaks_has_failed(watched, monkeypatch):
    watched.look()

    def breaks(*_args):
        raise KeyError("x")

    monkeypatch.setattr(module, "self_test", breaks)

    assert run_self_test(now=NOW) == "The self-test itself broke on a stored table (KeyError)."


def test_is_not_tried_on_a_table_that_is_in_doubt(watched, monkeypatch):
    watched.look()
    watched.pair.legacy.behave(answers.short_of_length())
    watched.look()
    tried = []
    monkeypatch.setattr(module, "self_test", lambda body, _: tried.append(body) or "")

    run_self_test(now=NOW)

    assert not tried


def test_another_build_is_not_blamed(watched):
    SelfTest.objects.create(build="another", at=NOW, failure="It was blind.")

    assert watched.look() == "equal"
