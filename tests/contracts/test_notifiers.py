"""What every notifier keeps to, whichever way to people it is."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from rollouts.notifiers import NOTIFIERS, NotifierSettings, NotSent, notice_of
from tests.rollouts.notifiers.telling import HOSTILE, NOTICE, email_to, hostile, slack_to
from tests.servers import answers, mailbox, misbehaving, refused_port

BOB = "bob@example.org"


@contextmanager
def mail_arrives():
    with mailbox() as box:
        yield email_to(box.port), lambda: len(box.letters)


@contextmanager
def slack_arrives():
    with misbehaving(answers.answer(b"ok")) as server:
        yield slack_to(server.port), lambda: len(server.asked)


ARRIVING = {"email": mail_arrives, "slack": slack_arrives}
REACHING = {"email": email_to, "slack": slack_to}


@pytest.fixture(params=sorted(NOTIFIERS))
def kind(request):
    return request.param


def test_each_notifier_is_listed_under_its_own_name_and_has_a_server_here():
    silent = NotifierSettings(site="https://penumbra.example.org")

    assert {name: make(silent).kind for name, make in NOTIFIERS.items()} == {
        name: name for name in ARRIVING
    }


def test_one_that_is_not_set_up_reaches_nobody_and_says_so(kind):
    way = NOTIFIERS[kind](NotifierSettings(site="https://penumbra.example.org"))

    assert way.addresses([BOB]) == ()
    with pytest.raises(NotSent, match="PENUMBRA_"):
        way.send(NOTICE, to=BOB)


def test_each_sending_is_one_message(kind):
    with ARRIVING[kind]() as (way, count):
        (to, *_) = way.addresses([BOB])
        way.send(NOTICE, to=to)
        assert count() == 1
        way.send(NOTICE, to=to)
        assert count() == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_arrives(kind, text):
    with ARRIVING[kind]() as (way, count):
        way.send(hostile(text), to=way.addresses([BOB])[0])

        assert count() == 1


def test_a_server_that_is_away_is_a_refusal_in_words_that_rests(kind):
    with refused_port() as port, pytest.raises(NotSent) as failed:
        way = REACHING[kind](port)
        way.send(NOTICE, to=BOB)

    assert str(port) in str(failed.value)
    assert failed.value.rest_seconds > 0


def test_where_a_notice_goes_fits_into_a_row_and_is_named_once(kind):
    with ARRIVING[kind]() as (way, _):
        found = way.addresses([BOB, BOB, "carol@example.org"])

    assert len(found) == len(set(found)) >= 1
    assert all(isinstance(to, str) and 0 < len(to) <= 320 for to in found)


def test_a_notice_survives_its_row():
    assert notice_of(NOTICE.as_json()) == NOTICE
