"""What a notifier is given, and what it answers: values, one refusal, one protocol.

evidence -> gates -> approve -> apply -> read back -> audit -> *notify*

Pure: no Django, row or clock. A notifier is called outside every transaction, since it talks to the
world; what became of it is written down by the operation that called it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from diffs.fetch import AddressPolicy


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell. Its texts may hold what strangers wrote; a notifier makes them harmless.

    Shapes
        kind        promotion, difference or collector
        key         names this notice for ever
        thread      the key of the notice that opened the conversation; its own for the opening one
        title       one line
        sentence    what happened
        facts       (name, value) pairs, in the order of their weight
        link        the page to read; nothing is decided by a link
        at          when it happened, for people
    """

    kind: str
    key: str
    thread: str
    title: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    link: str
    at: str

    def as_json(self) -> dict[str, object]:
        """Return a JSON object of which `notice_of` makes the same notice."""
        return asdict(self)


def notice_of(document: Mapping[str, Any]) -> Notice:
    """Return the notice of a JSON object that `as_json` made."""
    facts = tuple((str(name), str(value)) for name, value in document["facts"])
    return Notice(**{**document, "facts": facts})


@dataclass(frozen=True, slots=True)
class NotifierSettings:
    """What notifiers need of the deployment; printing it shows no secret.

    Shapes
        mail_tls        starttls, tls or none
        mail_password   itself, or file:/path
        slack_webhook   itself, or file:/path
        allowed         the allow-list of addresses
        site            where people open Penumbra: https://penumbra.example.org
    """

    site: str
    mail_host: str = ""
    mail_port: int = 25
    mail_tls: str = "none"
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_from: str = ""
    mail_to: tuple[str, ...] = ()
    slack_webhook: str = field(default="", repr=False)
    allowed: AddressPolicy = field(default_factory=AddressPolicy)


class NotSent(Exception):
    """It was not sent, as far as anybody knows: try again. The text is for people.

    Units
        rest_seconds    how long the way as a whole is to be left alone; 0 where only this one
                        notice failed
    """

    def __init__(self, sentence: str, *, rest_seconds: float = 0.0) -> None:
        super().__init__(sentence)
        self.rest_seconds = rest_seconds


class Notifier(Protocol):
    """One way to people."""

    kind: str

    def addresses(self, people: Sequence[str]) -> tuple[str, ...]:
        """Return where a notice goes, each once; none where this way is not set up.

        Shapes
            people      mail addresses of those whom it concerns, as their accounts have them
            return      what `send` takes; no secret, since it is kept in a row
        """
        ...

    def send(self, notice: Notice, *, to: str) -> None:
        """Send one notice to one address.

        Errors
            NotSent     in words that hold no secret
        """
        ...
