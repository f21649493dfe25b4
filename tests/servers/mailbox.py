"""A real mail server on loopback that keeps what it takes and refuses what a test says."""

from __future__ import annotations

import email
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default

from demo.sinks.smtp import Letter, MailServer


class Mailbox(MailServer):
    """The server while it runs: what it took, and how it answers.

    `refusals` are answers by verb, the first one first; `""` follows the command after all.
    """

    def __init__(self) -> None:
        super().__init__(self.take)
        self.letters: list[Letter] = []
        self.refusals: dict[str, list[str]] = {}
        self.asked: list[str] = []

    def take(self, letter: Letter) -> None:
        """Keep a letter."""
        self.letters.append(letter)

    def refusal(self, verb: str, rest: str) -> str:
        """Return the test's answer to a command, if it has one."""
        self.asked.append(f"{verb} {rest}".strip())
        answers = self.refusals.get(verb, [])
        return answers.pop(0) if answers else ""

    @property
    def messages(self) -> list[EmailMessage]:
        """The letters as messages."""
        return [message_of(letter.data) for letter in self.letters]

    def to(self, address: str) -> list[EmailMessage]:
        """The messages that one address got."""
        return [message_of(one.data) for one in self.letters if address in one.recipients]


def message_of(data: bytes) -> EmailMessage:
    """Read a message as a mail client does."""
    message = email.message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    """Return the plain or the html part of a message."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Run a mail server on a port of its own."""
    server = Mailbox()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
