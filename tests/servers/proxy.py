"""A proxy's CONNECT: bytes go through untouched, wherever the name would have led."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from tests.servers.listener import Behaviour, Conversation


def tunnel_to(port: int) -> Behaviour:
    """Open every tunnel to one port of loopback."""

    def behave(talk: Conversation) -> None:
        with socket.create_connection(("127.0.0.1", port)) as behind:
            talk.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pump, args=(behind, talk.connection))
            back.start()
            _pump(talk.connection, behind)
            back.join()

    return behave


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
