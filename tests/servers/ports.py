"""Ports on loopback where nobody answers, each in its own way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def refused_port() -> Iterator[int]:
    """A port that refuses connections; it stays bound, so nobody else can open it meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextmanager
def hanging_port() -> Iterator[int]:
    """A port whose queue is full: further connections are neither accepted nor refused (Linux)."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [_begin_connecting(full.getsockname()) for _ in range(4)]
        try:
            yield full.getsockname()[1]
        finally:
            for connection in waiting:
                connection.close()


def _begin_connecting(address: tuple[str, int]) -> socket.socket:
    connection = socket.socket()
    connection.setblocking(False)
    with suppress(BlockingIOError):
        connection.connect(address)
    return connection
