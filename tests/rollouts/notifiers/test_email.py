"""Mail: one message an address, in its thread, and no text of a stranger does anything in it."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager

import pytest

from rollouts.notifiers import NotSent
from rollouts.notifiers.email import Email
from rollouts.notifiers.notice import NotifierSettings
from tests.rollouts.notifiers.telling import HOSTILE, NOTICE, OPENING, email_to, hostile
from tests.servers import hanging_port, mailbox, refused_port
from tests.servers.mailbox import text_of

BOB = "bob@example.org"


def sent(*notices, **changes):
    """Send notices to Bob and return what a mail client reads."""
    with mailbox() as box:
        for notice in notices:
            email_to(box.port, **changes).send(notice, to=BOB)
    return box.messages


def refused(port, **changes):
    with pytest.raises(NotSent) as failed:
        email_to(port, **changes).send(NOTICE, to=BOB)
    return failed.value


def test_says_what_happened_to_whom_and_where_to_read_on():
    (message,) = sent(NOTICE)

    assert message["Subject"].strip() == NOTICE.title
    assert (message["From"], message["To"]) == ("Penumbra <penumbra@example.org>", BOB)
    assert message["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        text = text_of(message, kind)
        for told in (NOTICE.sentence, "Asked by", "alice", "since Monday", NOTICE.link, NOTICE.at):
            assert told in text


def test_stands_in_the_thread_of_the_notice_that_opened_it():
    opening, later = sent(OPENING, NOTICE)

    assert opening["References"] is None
    assert later["References"] == later["In-Reply-To"] == opening["Message-ID"]
    assert later["Message-ID"] != opening["Message-ID"]
    assert opening["Message-ID"].endswith("@penumbra.example.org>")


def test_the_same_notice_twice_is_the_same_message():
    first, second = sent(NOTICE, NOTICE)

    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_strangers_text_is_only_text(text):
    with mailbox() as box:
        email_to(box.port).send(hostile(text), to=BOB)

    (letter,) = box.letters
    (message,) = box.messages
    assert letter.recipients == [BOB]
    assert message["Bcc"] is None
    assert set(message.keys()) == {
        "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "In-Reply-To",
        "References", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert "\n" not in message["Subject"]
    assert len(message["Subject"].strip()) <= 180
    html = text_of(message, "html")
    assert html.count("<table>") == html.count("</table>") == 1
    for tag in ("<script", "<img", "<!", "<@"):
        assert tag not in html
    for invisible in "\u202e\u202c\u200b\x07\x00\x1b":
        assert invisible not in text_of(message) + html + message["Subject"]


def test_goes_to_the_list_and_to_whom_it_concerns_each_once():
    way = email_to(25, mail_to=("team@example.org", BOB))

    found = way.addresses(
        ["carol@example.org", "BOB@example.org", "", "no address", "a@example.org\nBcc: b@c.de",
         "a@example.org, b@example.org", "Carol <carol@example.org>"]
    )  # fmt: skip

    assert found == ("team@example.org", BOB, "carol@example.org")


def test_without_a_mail_server_nobody_gets_mail():
    way = Email(NotifierSettings(site="http://127.0.0.1:8000"))

    assert way.addresses([BOB]) == ()
    with pytest.raises(NotSent, match="PENUMBRA_MAIL_HOST"):
        way.send(NOTICE, to=BOB)


def test_a_server_that_is_away_is_left_alone_for_a_while(monkeypatch):
    monkeypatch.setattr("rollouts.notifiers.email.STEP_SECONDS", 0.3)
    with refused_port() as port:
        failed = refused(port)
        assert f"127.0.0.1:{port} was not reached: Connection refused" in str(failed)
        assert failed.rest_seconds > 0
    with hanging_port() as port:
        assert refused(port).rest_seconds > 0


@contextmanager
def dripping_port():
    """A mail server that begins its greeting and never comes to its end."""
    over = threading.Event()

    def drip():
        connection, _ = listening.accept()
        with connection:
            try:
                while not over.wait(0.02):
                    connection.sendall(b"2")
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip)
        thread.start()
        yield listening.getsockname()[1]
        over.set()
        thread.join()


@pytest.mark.parametrize("tls", ["none", "tls"])
def test_a_server_that_drips_has_one_time_for_the_whole_conversation(tls, monkeypatch):
    monkeypatch.setattr("rollouts.notifiers.bounded_smtp.TOTAL_SECONDS", 0.4)
    with dripping_port() as port:
        failed = refused(port, mail_tls=tls)

    assert failed.rest_seconds > 0


def test_a_refused_recipient_is_no_reason_to_rest():
    with mailbox() as box:
        box.refusals["RCPT"] = ["550 5.1.1 no such user"]
        failed = refused(box.port)

    assert "refused the recipient: 550 5.1.1 no such user" in str(failed)
    assert failed.rest_seconds == 0
    assert box.letters == []


@pytest.mark.parametrize(
    ("verb", "answer", "rests"),
    [
        ("DATA", "554 looks like spam", False),
        ("MAIL", "550 not you", True),
        ("RCPT", "421 closing", True),
        ("EHLO", "421 too many", True),
    ],
)
def test_a_refusal_of_us_rests_and_one_of_the_message_does_not(verb, answer, rests):
    with mailbox() as box:
        box.refusals = {verb: [answer], "HELO": [answer]}
        failed = refused(box.port)

    assert answer.partition(" ")[2] in str(failed)
    assert (failed.rest_seconds > 0) == rests


def test_what_the_server_took_counts_as_sent_however_it_says_goodbye():
    with mailbox() as box:
        box.refusals["QUIT"] = ["500 no goodbye"]
        email_to(box.port).send(NOTICE, to=BOB)

    assert len(box.letters) == 1


def test_a_server_without_the_tls_that_was_asked_for_gets_nothing():
    with mailbox() as box:
        failed = refused(box.port, mail_tls="starttls")
        assert "PENUMBRA_MAIL_TLS" in str(failed)
        refused(box.port, mail_tls="tls")

    assert box.letters == []
    assert not [line for line in box.asked if line.startswith(("MAIL", "AUTH"))]


def test_a_password_is_read_from_its_file_at_each_use(tmp_path):
    file = tmp_path / "password"
    setting = {"mail_user": "penumbra", "mail_password": f"file:{file}"}
    with mailbox() as box:
        failed = refused(box.port, **setting)
        assert "PENUMBRA_MAIL_PASSWORD cannot be read" in str(failed)
        file.write_text("N3verShown\n")
        assert "_USER" in str(refused(box.port, **setting))  # this server knows no AUTH


def test_no_refusal_repeats_the_password():
    echo = "535 bad N3verShown TjN2ZXJTaG93bg=="
    with mailbox() as box:
        box.refusals = {
            "EHLO": ["250-hello\r\n250 AUTH LOGIN PLAIN"] * 9,
            "AUTH": [echo] * 9,
        }
        failed = refused(box.port, mail_user="penumbra", mail_password="N3verShown")

    assert "refused: 535 bad" in str(failed)
    assert "N3verShown" not in f"{failed} {failed!r} {failed.__cause__!r}"
    assert "TjN2ZXJTaG93bg" not in str(failed)
    assert "N3verShown" not in repr(email_to(25, mail_password="N3verShown")._settings)


def test_tls_is_asked_for_with_a_certificate_that_is_believed(tmp_path):
    with mailbox() as box:
        box.refusals = {"EHLO": ["250-hello\r\n250 STARTTLS"], "STARTTLS": ["220 go"]}
        failed = refused(box.port, mail_tls="starttls")

    assert failed.rest_seconds > 0
    assert box.letters == []
