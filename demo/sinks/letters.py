"""What the sinks took, as their pages show it: mail as a mail client does, Slack's blocks as text.

Everything here is a stranger's text to the page; only links to this site are links.
"""

from __future__ import annotations

import email
import html
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from typing import Any

from demo.sinks.kept import Item


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Shapes
        name        the same for a message that went to several people
        to          whom it went to
        paragraphs  its text in lines, without the link
        link        a page of this site; "" for none
        is_reply    whether it stands in a thread that another one opened
    """

    at: datetime
    name: str
    to: str
    title: str
    paragraphs: tuple[tuple[str, ...], ...]
    link: str
    is_reply: bool = False


def mail_of(item: Item, *, site: str) -> Message:
    """Return a letter as a mail client shows it."""
    letter = email.message_from_bytes(item.data, policy=default)
    assert isinstance(letter, EmailMessage)  # noqa: S101  (the policy makes it so)
    part = letter.get_body(("plain",))
    text = str(part.get_content()) if part is not None else ""
    lines = text.strip().splitlines()
    links = [line for line in lines if _is_ours(line, site)]
    paragraphs = (part.splitlines() for part in "\n".join(lines).split("\n\n"))
    return Message(
        at=item.at,
        name=str(letter["Message-ID"] or item.at),
        to=str(letter["To"] or ""),
        title=str(letter["Subject"] or "").strip(),
        paragraphs=tuple(tuple(part) for part in paragraphs if not set(part) <= set(links)),
        link=links[0] if links else "",
        is_reply=letter["References"] is not None,
    )


def folded(messages: Iterable[Message]) -> list[Message]:
    """Return each message once, with all that it went to, in the order in which it stands first."""
    found: dict[str, Message] = {}
    for one in messages:
        known = found.get(one.name)
        found[one.name] = one if known is None else replace(known, to=f"{one.to}, {known.to}")
    return list(found.values())


def post_of(item: Item, *, site: str) -> Message:
    """Return a message to the channel as Slack shows its blocks."""
    try:
        texts = list(_texts(json.loads(item.data).get("blocks", [])))
    except (ValueError, AttributeError):
        texts = ["This was no message."]
    title, *rest = texts or [""]
    links = [text.strip("<>") for text in rest if _is_ours(text.strip("<>"), site)]
    texts = [text for text in rest if text.strip("<>") not in links]
    paragraphs = tuple(tuple(text.splitlines()) for text in texts)
    return Message(item.at, str(item.at), "#penumbra", title, paragraphs, links[0] if links else "")


def _texts(value: Any) -> Any:  # noqa: ANN401  (JSON)
    """Yield every text of a message's blocks, without what Slack takes as escapes."""
    if isinstance(value, dict):
        if isinstance(text := value.get("text"), str):
            yield html.unescape(text)
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _is_ours(text: str, site: str) -> bool:
    """Say whether a text is the address of a page of this site."""
    return text.startswith(f"{site}/") and text.isprintable() and " " not in text
