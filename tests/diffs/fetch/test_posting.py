"""Posting: one message, one answer, one time for all of it, and an address that stays a secret."""

from __future__ import annotations

import logging

import pytest

from diffs.fetch import AddressPolicy, BadAddress, FetchFailed, Limits, post, secrets_of
from tests.diffs.fetch.asking import LOOPBACK
from tests.servers import Conversation, answers, hanging_port, misbehaving, refused_port

CANARY = "Cn4ryT0ken/B0Secret/xyzzyPlugh"
SHORT = Limits(total_seconds=0.5, connect_seconds=0.3, received_bytes=2**16)


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}/services/{CANARY}?key=N3verShown"


def send(port: int, content: bytes = b'{"text": "hello"}', **changes):
    how = {"content_type": "application/json", "allowed": LOOPBACK, **changes}
    return post(address(port), content, **how)


def assert_hidden(text: str) -> None:
    for secret in (*CANARY.split("/"), "N3verShown", "/services"):
        assert secret not in text


def test_a_message_arrives_whole_and_once():
    with misbehaving(answers.answer(b"ok")) as server:
        posted = send(server.port, b"x" * 9000)

    (asked,) = server.asked
    assert (asked.method, asked.body) == ("POST", b"x" * 9000)
    assert asked.target == f"/services/{CANARY}?key=N3verShown"
    assert asked.headers["content-type"] == "application/json"
    assert (posted.status, posted.said, posted.retry_after_seconds) == (200, "ok", None)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        ("99999999", 3600.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Fri, 31 Dec 2100 23:59:59 GMT", 3600.0),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_the_wait_that_a_server_asks_for_is_bounded(header, seconds):
    with misbehaving(answers.answer(b"", status=429, headers={"Retry-After": header})) as server:
        posted = send(server.port)

    assert (posted.status, posted.retry_after_seconds) == (429, seconds)


def test_a_redirect_is_an_answer_and_is_not_followed():
    with misbehaving(answers.redirect(f"/services/{CANARY}")) as server:
        posted = send(server.port)

    assert 300 <= posted.status < 400
    assert len(server.asked) == 1


def test_what_the_server_echoes_of_the_address_is_not_said():
    echo = f"no such hook /services/{CANARY}?key=N3verShown, {CANARY[:10]}".encode()
    with misbehaving(answers.answer(echo, status=404)) as server:
        posted = send(server.port)

    assert posted.said.startswith("no such hook")
    assert_hidden(posted.said)


def test_a_server_that_drips_has_one_time_for_all_of_it():
    def drip(talk: Conversation) -> None:
        for letter in b"HTTP/1.1 200 OK, but not before long":
            talk.send(bytes([letter]))
            talk.pause(0.1)

    with misbehaving(drip) as server, pytest.raises(FetchFailed) as failed:
        send(server.port, limits=SHORT)

    assert "did not answer within 0.5 s" in str(failed.value)
    assert_hidden(str(failed.value))


def test_no_failure_says_more_of_the_address_than_its_host(caplog):
    caplog.set_level(logging.DEBUG)
    said = []
    with (
        refused_port() as refused,
        hanging_port() as hanging,
        misbehaving(answers.raw(b"no http\r\n\r\n")) as broken,
        misbehaving(answers.raw()) as silent,
    ):
        for port in (refused, hanging, broken.port, silent.port):
            with pytest.raises(FetchFailed) as failed:
                send(port, limits=SHORT)
            said.append(str(failed.value))
            assert f"127.0.0.1:{port}" in said[-1]
    with pytest.raises(FetchFailed) as failed:
        send(9, allowed=AddressPolicy())
    said.append(f"{failed.value} {failed.value!r} {failed.value.__context__!r}")

    assert_hidden(" ".join(said) + caplog.text)


def test_this_machine_is_reached_only_where_the_allow_list_names_it():
    with misbehaving(answers.answer(b"ok")) as server:
        with pytest.raises(FetchFailed, match="not an allowed address"):
            send(server.port, allowed=AddressPolicy())
        assert send(server.port).status == 200

    assert len(server.asked) == 1


@pytest.mark.parametrize("ip", ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254"])
def test_a_name_that_leads_to_a_metadata_service_is_refused(ip):
    allowed = AddressPolicy(lookup=lambda _host, _port: [ip])

    with pytest.raises(FetchFailed, match="not an allowed address"):
        post("http://hooks.example.org/x", b"{}", content_type="a/b", allowed=allowed)


def test_an_address_of_another_kind_is_refused():
    with pytest.raises(BadAddress):
        post("file:///etc/passwd", b"", content_type="a/b", allowed=LOOPBACK)


def test_every_spelling_of_the_secret_is_known():
    secrets = secrets_of(address(80))

    assert {*CANARY.split("/"), "N3verShown", f"/services/{CANARY}", address(80)} <= secrets
    assert "/" not in secrets_of("https://hooks.example.org/")
