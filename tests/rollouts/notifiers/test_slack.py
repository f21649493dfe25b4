"""Slack: one message a notice; nothing in it mentions, links or formats what a stranger wrote."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest

from rollouts.notifiers import NotSent
from rollouts.notifiers.slack import payload_of
from tests.rollouts.notifiers.telling import HOOK, HOSTILE, NOTICE, hostile, slack_to
from tests.servers import answers, misbehaving, refused_port

OK = answers.answer(b"ok")
CANARIES = [part for part in HOOK.split("/") if "C" in part]


def send(server, **changes):
    slack_to(server.port, **changes).send(NOTICE, to="the channel")


def refused(*behaviours, **changes):
    with misbehaving(*behaviours) as server, pytest.raises(NotSent) as failed:
        send(server, **changes)
    return failed.value


def texts(value):
    """Return every text object of a payload, and the text beside the blocks."""
    if isinstance(value, dict):
        if value.get("type") in {"plain_text", "mrkdwn"}:
            yield value
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def test_says_what_happened_and_where_to_read_on():
    with misbehaving(OK) as server:
        send(server)

    (asked,) = server.asked
    assert (asked.method, asked.target) == ("POST", HOOK)
    payload = json.loads(asked.body)
    shown = [text["text"] for text in texts(payload["blocks"])]
    assert shown == [
        "P-42 routesrv/playground: bob approved shadow → exec".replace(">", "&gt;"),
        NOTICE.sentence,
        "Asked by: alice",
        "Reason:\nthe diff is empty\nsince Monday",
        "When: 2026-11-21 15:31 UTC",
        f"<{NOTICE.link}>",
    ]
    assert NOTICE.link in payload["text"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_strangers_text_mentions_links_and_formats_nothing(text):
    payload = payload_of(hostile(text))

    found = list(texts(payload["blocks"]))
    (link,) = [one for one in found if one["type"] == "mrkdwn"]
    assert (link["text"], link["verbatim"]) == (f"<{NOTICE.link}>", True)
    for one in [*found, {"text": payload["text"]}]:
        if one is not link:
            assert "<" not in one["text"]
            assert ">" not in one["text"]
    assert payload["parse"] == "none"
    assert payload["link_names"] is payload["mrkdwn"] is payload["unfurl_links"] is False
    shown = json.dumps(payload, ensure_ascii=False)
    for invisible in "\u202e\u202c\u200b\x07\x00\x1b":
        assert invisible not in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_no_part_is_longer_than_slack_takes(text):
    payload = payload_of(replace(hostile(text), facts=((text, text),) * 40))

    header, *others = payload["blocks"]
    assert len(header["text"]["text"]) <= 150
    for block in others:
        assert len(block.get("fields", [])) <= 10
        assert all(1 <= len(text["text"]) <= 3000 for text in texts(block))
    assert len(payload["blocks"]) <= 50


def test_who_asks_for_time_gets_it():
    limited = answers.answer(b"rate_limited", status=429, headers={"Retry-After": "17"})
    assert refused(limited).rest_seconds == 17
    assert refused(answers.answer(b"", status=429)).rest_seconds >= 10
    hurried = answers.answer(b"", status=429, headers={"Retry-After": "0"})
    assert refused(hurried).rest_seconds > 0


@pytest.mark.parametrize(
    ("status", "rests"), [(400, False), (403, True), (404, True), (410, True), (500, True)]
)
def test_a_refusal_is_said_with_its_word(status, rests):
    failed = refused(answers.answer(b"some_word", status=status))

    assert f"{status}: some_word" in str(failed)
    assert (failed.rest_seconds > 0) == rests


def test_a_redirect_is_not_followed():
    with misbehaving(answers.redirect("/elsewhere"), OK) as server, pytest.raises(NotSent):
        send(server)

    assert len(server.asked) == 1


def test_no_failure_tells_where_the_webhook_is(caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    echo = f"no hook at http://127.0.0.1{HOOK}".encode()
    said = [
        refused(answers.answer(echo, status=404)),
        refused(answers.answer(echo, status=500)),
        refused(answers.redirect(HOOK)),
        refused(answers.raw(echo)),
        refused(answers.raw()),
    ]
    with refused_port() as port, pytest.raises(NotSent) as failed:
        slack_to(port).send(NOTICE, to="the channel")
    said.append(failed.value)
    with pytest.raises(NotSent) as failed:
        slack_to(9, slack_webhook=HOOK).send(NOTICE, to="the channel")
    said.append(failed.value)

    shown = " ".join(f"{one} {one!r} {one.__cause__!r} {one.__context__!r}" for one in said)
    shown += caplog.text + repr(slack_to(9)._settings)
    assert not [canary for canary in CANARIES if canary in shown]
    assert all(str(one) for one in said)


def test_the_webhook_is_read_from_its_file_at_each_use(tmp_path):
    file = tmp_path / "webhook"
    with misbehaving(OK) as server:
        with pytest.raises(NotSent, match="file of PENUMBRA_SLACK_WEBHOOK cannot be read"):
            send(server, slack_webhook=f"file:{file}")
        file.write_text(f"http://127.0.0.1:{server.port}/rotated\n")
        send(server, slack_webhook=f"file:{file}")

    assert [asked.target for asked in server.asked] == ["/rotated"]


def test_without_a_webhook_there_is_no_channel():
    way = slack_to(9, slack_webhook="")

    assert way.addresses(["bob@example.org"]) == ()
    with pytest.raises(NotSent, match="PENUMBRA_SLACK_WEBHOOK"):
        way.send(NOTICE, to="the channel")


def test_what_names_the_channel_in_a_row_is_no_secret():
    assert slack_to(9).addresses([]) == ("the channel",)
