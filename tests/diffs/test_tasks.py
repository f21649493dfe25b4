"""The tasks of diffs, called as a worker calls them."""

from __future__ import annotations

import pytest
import structlog
from kombu.exceptions import OperationalError

from diffs import tasks
from diffs.models import SelfTest, SourceState
from diffs.operations import run_self_test as self_test_module
from ledger.clock import database_now
from ledger.heartbeat import last_beat
from tests.diffs.watched import Watched
from tests.factories import SourceFactory

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sent(monkeypatch):
    """What was published, instead of a broker."""
    messages = []
    monkeypatch.setattr(tasks.look, "apply_async", lambda **options: messages.append(options))
    return messages


def test_due_hands_out_what_is_due_with_a_claim_that_holds(sent):
    due, later = SourceFactory.create(), SourceFactory.create()
    SourceState.objects.filter(source=later).update(next_look_at="2100-01-01T00:00:00Z")

    tasks.due()

    (message,) = sent
    state = SourceState.objects.get(source=due)
    assert message["kwargs"] == {"source_id": due.pk, "claim": state.claim}
    assert (message["queue"], message["retry"]) == ("look", False)
    assert 0 < message["expires"] <= 30
    assert state.claimed_until > database_now()
    tasks.due()
    assert len(sent) == 1


def test_due_leaves_a_sign_of_life(sent):
    before = database_now()

    tasks.due()

    assert last_beat("due") >= before


def test_due_does_not_hand_out_what_is_not_read(sent):
    SourceFactory.create(reads="none")

    tasks.due()

    assert sent == []


def test_while_the_broker_is_away_claims_are_given_back_and_nothing_is_raised(monkeypatch):
    SourceFactory.create_batch(3)

    def away(**_options):
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.look, "apply_async", away)

    with structlog.testing.capture_logs() as logged:
        tasks.due()

    assert not SourceState.objects.exclude(claim="").exists()
    assert [entry["event"] for entry in logged] == ["broker_is_away"]


def test_a_look_from_the_tick_to_the_record(pair, sent):
    watched = Watched.over(pair)
    tasks.due()

    tasks.look(**sent[0]["kwargs"])

    assert (watched.state.outcome, watched.state.claim) == ("equal", "")
    tasks.look(**sent[0]["kwargs"])
    assert watched.state.looks == 1


def test_the_self_test_task_keeps_its_result_and_logs_a_failure(pair, monkeypatch):
    tasks.self_test()
    assert not SelfTest.objects.exists()  # nothing is stored that could be tried
    Watched.over(pair).look()
    tasks.self_test()
    assert SelfTest.objects.get().failure == ""
    monkeypatch.setattr(self_test_module, "self_test", lambda *_: "It was blind.")

    tasks.self_test()
    assert SelfTest.objects.get().failure == ""  # it was tried within this hour
    with structlog.testing.capture_logs() as logged:
        tasks.self_test(anew=True)

    assert SelfTest.objects.get().failure == "It was blind."
    assert [entry["failure"] for entry in logged] == ["It was blind."]


def test_a_starting_worker_tests_itself_and_starts_without_a_broker_too(monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.self_test, "apply_async", lambda **options: asked.append(options))
    tasks.self_test_at_start()
    assert asked == [{"kwargs": {"anew": True}, "queue": "look", "retry": False}]

    def away(**_options):
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.self_test, "apply_async", away)
    tasks.self_test_at_start()


def test_pruning_says_what_it_forgot():
    with structlog.testing.capture_logs() as logged:
        tasks.prune()

    assert logged[0] | {"occurrences": 0, "bodies": 0, "findings": 0} == logged[0]
