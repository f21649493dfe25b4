"""A mail server that keeps what it is handed instead of sending it on.

Source: RFC 5321, as much of it as a client needs that hands in without TLS or a password.
"""

from __future__ import annotations

import socketserver
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

LONGEST_LINE = 2_000
LARGEST_LETTER = 5_000_000
HOST = "127.0.0.1"


@dataclass(slots=True)
class Letter:
    """One message as it was handed in."""

    sender: str = ""
    recipients: list[str] = field(default_factory=list)
    data: bytes = b""


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a port of its own and gives every letter to `keep`."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, keep: Callable[[Letter], None]) -> None:
        """Listen; `serve_forever` begins to answer."""
        super().__init__((HOST, 0), Conversation)
        self.keep = keep

    @property
    def port(self) -> int:
        """Return where it listens."""
        return int(self.socket.getsockname()[1])

    def refusal(self, verb: str, rest: str) -> str:  # noqa: ARG002
        """Return the answer to a command that is not to be followed; "" follows it."""
        return ""


class Conversation(socketserver.StreamRequestHandler):
    """One client, command by command."""

    server: MailServer

    def handle(self) -> None:
        """Answer until the client leaves, in order or not."""
        with suppress(ConnectionError):
            self._converse()

    def _converse(self) -> None:
        letter = Letter()
        self._say("220 demo.invalid keeps what it gets")
        while line := self.rfile.readline(LONGEST_LINE):
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            verb = verb.upper()
            if refusal := self.server.refusal(verb, rest):
                self._say(refusal)
            elif verb == "DATA":
                letter.data = self._read_letter()
                self.server.keep(letter)
                letter = Letter()
                self._say("250 kept")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say(self._follow(verb, rest, letter))

    def _follow(self, verb: str, rest: str, letter: Letter) -> str:
        """Follow a command of one line and return the answer."""
        address = rest.partition("<")[2].partition(">")[0]
        if verb == "MAIL":
            letter.sender = address
        elif verb == "RCPT":
            letter.recipients.append(address)
        elif verb not in {"HELO", "EHLO", "RSET", "NOOP"}:
            return "502 that is not known here"
        return "250 ok"

    def _read_letter(self) -> bytes:
        """Return the text up to the line with a lone dot, without what hides dots."""
        self._say("354 go on")
        lines: list[bytes] = []
        size = 0
        while (line := self.rfile.readline(LARGEST_LETTER)) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            size += len(line)
            if size > LARGEST_LETTER:
                raise ConnectionAbortedError
        return b"".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
