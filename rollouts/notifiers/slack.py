"""Notices to one Slack channel, by an incoming webhook.

Source: docs.slack.dev, "Formatting message text": & < > are escaped, and only `<!…>` and `<@…>`
mention anybody; plain_text is not formatted at all; `verbatim` keeps names and addresses in mrkdwn
from becoming links. "Sending messages using incoming webhooks": the answer is 200 "ok", errors are
4xx with a word; 429 says Retry-After. A webhook does not tell what it posted, so nothing can be put
into a thread: each message says whose it is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from itertools import accumulate
from typing import Any

from diffs.fetch import BadAddress, FetchFailed, Posted, post
from diffs.fetch.posting import LIMITS
from rollouts.notifiers.notice import Notice, NotifierSettings, NotSent
from rollouts.notifiers.texts import one_line, secret_of, some_lines

CHANNEL = "the channel"
SETTING = "PENUMBRA_SLACK_WEBHOOK"
POST_SECONDS = 5.0
REST_SECONDS = 10.0
LIMITED_SECONDS = 30.0
CLOSED_SECONDS = 60.0
_HEADER, _SECTION, _FACT, _LINK, _FACTS = 150, 3000, 2000, 3000, 10
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class Slack:
    """Tells one channel everything."""

    kind = "slack"

    def __init__(self, settings: NotifierSettings) -> None:
        """Take the deployment's webhook."""
        self._settings = settings

    def addresses(self, people: Sequence[str]) -> tuple[str, ...]:  # noqa: ARG002
        """Return the one channel, whomever it concerns."""
        return (CHANNEL,) if self._settings.slack_webhook else ()

    def send(self, notice: Notice, *, to: str) -> None:  # noqa: ARG002
        """Post one message.

        Errors
            NotSent     no answer, or another one than 200
        """
        url = secret_of(self._settings.slack_webhook, name=SETTING)
        if not url:
            raise NotSent(f"No webhook is set up: {SETTING}.", rest_seconds=CLOSED_SECONDS)
        content = json.dumps(payload_of(notice), ensure_ascii=False).encode()
        try:
            posted = post(
                url,
                content,
                content_type="application/json; charset=utf-8",
                allowed=self._settings.allowed,
                limits=replace(LIMITS, total_seconds=POST_SECONDS),
            )
        except BadAddress:
            sentence = f"{SETTING} holds no address."
        except FetchFailed as error:
            sentence = str(error)
        else:
            return _judge(posted)
        raise NotSent(sentence, rest_seconds=REST_SECONDS)


def _judge(posted: Posted) -> None:
    """Return where the message was taken."""
    if posted.status == HTTPStatus.OK:
        return
    sentence = f"Slack answered {posted.status}: {posted.said or 'nothing'}."
    if posted.status == HTTPStatus.TOO_MANY_REQUESTS:
        rest = posted.retry_after_seconds
        raise NotSent(sentence, rest_seconds=LIMITED_SECONDS if rest is None else max(rest, 1.0))
    if posted.status == HTTPStatus.BAD_REQUEST:  # this message alone
        raise NotSent(sentence)
    is_there = posted.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    raise NotSent(sentence, rest_seconds=REST_SECONDS if is_there else CLOSED_SECONDS)


def payload_of(notice: Notice) -> dict[str, Any]:
    """Return the message as Slack takes it; nothing of a stranger's text is formatted."""
    title = one_line(notice.title, most=_HEADER)
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(title, _HEADER)}]
    if sentence := some_lines(notice.sentence, most=_SECTION):
        blocks.append({"type": "section", "text": _plain(sentence, _SECTION)})
    facts = [_fact(*fact) for fact in (*notice.facts, ("When", notice.at)) if fact[1].strip()]
    if facts:
        blocks.append({"type": "section", "fields": facts[:_FACTS]})
    if notice.link:
        link = {"type": "mrkdwn", "text": f"<{_escaped(notice.link, _LINK)}>", "verbatim": True}
        blocks.append({"type": "section", "text": link})
    return {
        "text": _escaped(f"{title} {notice.link}".strip(), _SECTION),
        "blocks": blocks,
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _fact(name: str, value: str) -> dict[str, Any]:
    told = some_lines(value, most=_FACT)
    between = "\n" if "\n" in told else " "
    return _plain(f"{one_line(name, most=_HEADER)}:{between}{told}", _FACT)


def _plain(text: str, most: int) -> dict[str, Any]:
    """Return a text that Slack shows as it is."""
    return {"type": "plain_text", "text": _escaped(text, most), "emoji": False}


def _escaped(text: str, most: int) -> str:
    """Escape the three characters that Slack gives a meaning; what grows too long is cut."""
    pieces = [_ESCAPES.get(letter, letter) for letter in text]
    lengths = accumulate(len(piece) for piece in pieces)
    return "".join(piece for piece, length in zip(pieces, lengths, strict=True) if length <= most)
