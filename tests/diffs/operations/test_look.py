"""A whole look by the database's clock, and what Penumbra's own failures come to."""

from __future__ import annotations

import pytest
import structlog
from django.db import OperationalError, connection
from django.db.utils import DataError

from diffs.formats import FORMATS
from diffs.operations import look as module
from diffs.operations import record_look as recording
from diffs.operations.claim_due import claim_due
from diffs.operations.look import BriefMemory, look
from diffs.outcomes import Outcome
from diffs.soak import PAUSES
from ledger.clock import database_now
from rollouts.machine import Mode
from rollouts.queries.target_state import target_state
from tests.servers.pair import some_routes

pytestmark = pytest.mark.sqlite


def take(watched):
    """Claim by the database's clock and take the look as a worker does."""
    watched.now = database_now()
    watched.source.state.next_look_at = watched.now
    watched.source.state.save(update_fields=["next_look_at"])
    claims = dict(claim_due(now=watched.now, places=9))
    return look(watched.source.pk, claims[watched.source.pk])


def test_a_look_is_taken_from_claim_to_record(watched):
    assert take(watched) == "equal"

    state = watched.state
    assert (state.outcome, state.looks, state.claim) == ("equal", 1, "")
    assert state.next_look_at > watched.now


def test_a_look_whose_claim_is_gone_asks_nobody(watched):
    assert look(watched.source.pk, "gone") is None
    assert watched.pair.legacy.asked == 0


class Broken(Exception):
    """Something that nobody foresaw; its text is not for people."""


def breaks(*_args, **_more):
    raise Broken("secret")


def break_reader(watched, monkeypatch):
    monkeypatch.setattr("diffs.looking.side.Facts.of", breaks)


def break_record(watched, monkeypatch):
    monkeypatch.setattr(recording, "keep_content", breaks)


def break_beginning(watched, monkeypatch):
    monkeypatch.setattr("diffs.operations.begin_look.reach", breaks)


@pytest.mark.parametrize("part", [break_reader, break_record, break_beginning])
def test_penumbras_own_failure_is_seen_as_a_state_and_logged(watched, monkeypatch, part):
    take(watched)
    watched.pair.say(some_routes(11))
    part(watched, monkeypatch)

    with structlog.testing.capture_logs() as logged:
        outcome = take(watched)

    state = watched.state
    assert (outcome, state.outcome, state.looks) == ("untrusted", "untrusted", 2)
    assert "Penumbra itself failed at this look (Broken in diffs/" in state.sentence
    assert "secret" not in state.sentence
    assert state.claim == ""
    assert 0 < (state.next_look_at - watched.now).total_seconds() <= 61
    word = target_state(watched.facts, Mode.SHADOW, now=watched.now)
    assert word.state == "suspect"
    assert [entry["event"] for entry in logged if entry["log_level"] == "error"] == ["look_failed"]


def test_after_a_failure_of_its_own_the_clock_stands_and_then_goes_on(watched, monkeypatch):
    take(watched)
    with monkeypatch.context() as patch:
        break_record(watched, patch)
        take(watched)
    assert watched.state.pause == PAUSES[Outcome.UNTRUSTED]

    assert take(watched) == "equal"

    state = watched.state
    assert (state.clean_seconds, state.clean_looks, state.pause) == (0, 2, "")


def test_what_the_database_cannot_hold_is_a_failure_of_its_own_kind(watched, monkeypatch):
    def refuse(*_args, **_more):
        raise DataError("a string literal cannot contain NUL")

    monkeypatch.setattr(recording, "keep_content", refuse)

    assert take(watched) == "untrusted"


def test_a_record_that_the_database_refuses_for_the_moment_is_tried_again(watched, monkeypatch):
    refusals = [OperationalError("deadlock detected"), OperationalError("lock timeout")]
    kept = recording.keep_content

    def sometimes(*args, **more):
        if refusals:
            raise refusals.pop()
        return kept(*args, **more)

    monkeypatch.setattr(recording, "keep_content", sometimes)

    assert take(watched) == "equal"
    assert watched.state.looks == 1


def test_a_database_that_stays_away_leaves_the_claim_to_run_out(watched, monkeypatch):
    def away(*_args, **_more):
        raise OperationalError("gone")

    monkeypatch.setattr(module, "record_look", away)

    with pytest.raises(OperationalError):
        take(watched)

    assert watched.state.claim
    assert watched.state.outcome == ""


@pytest.mark.parametrize("question", ["body", "facts", "lines"])
@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_between_two_questions(question, uses_sqlite):
    memory = BriefMemory(reader=FORMATS["eskip"].label, comparer="1")
    connection.ensure_connection()

    assert getattr(memory, question)("0" * 64) is None

    assert (connection.connection is None) != uses_sqlite
