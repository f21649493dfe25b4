"""A real HTTP server on loopback that answers each request as a test tells it to.

Theory. A patched client cannot show what a cut body or a silent socket does; a socket can. A
behaviour is a function that gets the Conversation of one request and sends whatever bytes it
likes; the connection ends when it returns. Whatever waits or repeats asks `stopping`, so that
leaving the `with` block ends every thread at once.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias

EVERY_LOOPBACK = "0.0.0.0"  # noqa: S104 - the whole of 127.0.0.0/8, as the pods of one name
_LARGEST_HEAD = 65536
_TLS_HANDSHAKE = b"\x16\x03"
_JOIN_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came; header names are lower-case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(slots=True)
class Conversation:
    """One connection after its request was read."""

    connection: socket.socket
    asked: Asked
    stopping: threading.Event = field(repr=False)

    def send(self, data: bytes) -> None:
        """Send bytes as they are; OSError (the client left) ends the behaviour."""
        self.connection.sendall(data)

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end of the test."""
        if self.stopping.wait(seconds):
            raise ConnectionAbortedError

    def reset(self) -> None:
        """End the connection with a TCP reset instead of an orderly close."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


Behaviour: TypeAlias = Callable[[Conversation], None]


class Misbehaving:
    """The server while it runs: where it is, what it was asked, and how it answers next."""

    def __init__(self, behaviours: tuple[Behaviour, ...], *, host: str, tls: bool) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listening = socket.socket(family)
        self.listening.bind((host, 0))
        self.listening.listen(64)
        self.host = host
        self.port: int = self.listening.getsockname()[1]
        self.asked: list[Asked] = []
        self.stopping = threading.Event()
        self._scheme = "https" if tls else "http"
        self._behaviours = behaviours
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The address of its route table."""
        return self.url_as(f"[{self.host}]" if ":" in self.host else self.host)

    def url_as(self, host: str, path: str = "/routes") -> str:
        """The same server under another spelling of its host."""
        return f"{self._scheme}://{host}:{self.port}{path}"

    def answer_with(self, *behaviours: Behaviour) -> None:
        """Answer the next requests so: the first with the first, the last for ever."""
        with self._lock:
            self._behaviours = behaviours

    def next_behaviour(self, asked: Asked) -> Behaviour:
        """Take note of a request and say how to answer it."""
        with self._lock:
            self.asked.append(asked)
            first, *rest = self._behaviours
            self._behaviours = tuple(rest) or (first,)
            return first


@contextmanager
def misbehaving(
    *behaviours: Behaviour, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Misbehaving]:
    """Run a server on a port of its own: `with misbehaving(html_page()) as server: server.url`.

    The first request gets the first behaviour, the second the second; the last one stays.
    """
    server = Misbehaving(behaviours, host=host, tls=tls is not None)
    open_connections: list[socket.socket] = []
    threads = [threading.Thread(target=_accept, args=(server, tls, open_connections))]
    threads[0].start()
    try:
        yield server
    finally:
        server.stopping.set()
        with suppress(OSError):
            server.listening.shutdown(socket.SHUT_RDWR)
        threads[0].join(_JOIN_SECONDS)
        server.listening.close()


def _accept(
    server: Misbehaving, tls: ssl.SSLContext | None, open_connections: list[socket.socket]
) -> None:
    threads: list[threading.Thread] = []
    while not server.stopping.is_set():
        try:
            connection, _ = server.listening.accept()
        except OSError:
            break
        open_connections.append(connection)
        threads.append(threading.Thread(target=_serve, args=(server, connection, tls)))
        threads[-1].start()
    for connection in open_connections:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join(_JOIN_SECONDS)


def _serve(server: Misbehaving, plain: socket.socket, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError), plain:
        connection = tls.wrap_socket(plain, server_side=True) if tls else plain
        with connection:
            asked = _read_request(connection)
            if asked is not None:
                behave = server.next_behaviour(asked)
                behave(Conversation(connection, asked, server.stopping))


def _read_request(connection: socket.socket) -> Asked | None:
    """Read one request line with its headers and, where they state its length, the body.

    Who speaks TLS to a server that does not is noted as the method TLS.
    """
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(_LARGEST_HEAD)
        if not piece:
            return None
        head += piece
        if head.startswith(_TLS_HANDSHAKE):
            return Asked("TLS", "", {})
    head, _, body = head.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    while len(body) < int(headers.get("content-length", 0)) and (
        piece := connection.recv(_LARGEST_HEAD)
    ):
        body += piece
    return Asked(method, target, headers, body)
