"""The fleet's small HTTP server stands what clients send it."""

from __future__ import annotations

import http.client
import socket
from urllib.parse import urlsplit

import pytest


def speak(address: str, said: bytes) -> bytes:
    """Say something to an address and return all that it answers until it closes."""
    target = urlsplit(address)
    with socket.create_connection((target.hostname, target.port), timeout=10) as line:
        line.sendall(said)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.mark.parametrize(
    "said",
    [
        b"nonsense\r\n\r\n",
        b"GET /routes HTTP/2.0\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\n\r\n",
        b"PUT /kube-play-1/mode HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n",
        b"PUT /kube-play-1/mode HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET /routes HTTP/1.1\r\nX-Long: " + b"x" * 20_000 + b"\r\n\r\n",
    ],
)
def test_answers_400_to_what_is_no_request_and_lives_on(served, said):
    assert speak(served.addresses["kube-play-1"]["mode"], said).startswith(b"HTTP/1.1 400 ")

    assert served.ask("kube-play-1", "mode").status == 200


def test_answers_many_requests_on_one_connection(served):
    target = urlsplit(served.addresses["kube-play-1"]["shadow"])
    connection = http.client.HTTPConnection(target.netloc, timeout=10)

    statuses = []
    for method in ("GET", "HEAD", "POST", "GET"):
        connection.request(method, target.path)
        line = connection.sock
        response = connection.getresponse()
        statuses.append((response.status, len(response.read()) > 0))
        assert connection.sock is line
    connection.close()

    assert statuses == [(200, True), (200, False), (405, False), (200, True)]


def test_closes_when_the_client_asks_for_it(served):
    said = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    answer = speak(served.addresses["kube-play-1"]["shadow"], said)

    assert answer.startswith(b"HTTP/1.1 204 No Content\r\n")
    assert b"\r\nConnection: close\r\n" in answer
